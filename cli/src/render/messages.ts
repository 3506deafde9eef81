import type { EventOf } from "@tembo-io/sdk";
import { styled } from "../terminal.ts";
import { lines, type Memory, type Rendered } from "./rendered.ts";

/** Maximum number of lines to print per message. */
const maxLines = 20;

export function messageQueued({ content }: EventOf<"message.queued">): Rendered {
  const shown = shortened(content).trimEnd().split("\n");
  const left = shown.length - maxLines;
  return lines(
    ...shown.slice(0, maxLines).map((line) => [styled("bold", `> ${line}`)]),
    ...(left > 0 ? [[styled("dim", `> ... ${left} more lines`)]] : []),
  );
}

export function messageEdited({ content }: EventOf<"message.edited">): Rendered {
  return lines([styled("dim", "queued message edited: "), shortened(content)]);
}

export function messageMoved({ position, order }: EventOf<"message.moved">): Rendered {
  return lines([styled("dim", `queued message moved to position ${position + 1} of ${order.length}`)]);
}

export function messageDeleted(_: EventOf<"message.deleted">): Rendered {
  return lines([styled("dim", "queued message deleted")]);
}

export function messageSteered({ how }: EventOf<"message.steered">): Rendered {
  const words = {
    injected: "the message was added to the running turn",
    restarted: "the turn was interrupted and continues with the message",
    prompted: "the turn continues with the message",
  };
  return lines([styled("cyan", "steered: "), words[how]]);
}

export function agentChanged({ agent }: EventOf<"session.agentChanged">, { names }: Memory): Rendered {
  return lines([styled("bold", "agent: "), names.agent(agent)]);
}

const shortened = (text: string) => (text.length > 2_000 ? `${text.slice(0, 2_000)} ...` : text);
