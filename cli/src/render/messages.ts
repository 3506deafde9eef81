import type { EventOf } from "@tembo-io/sdk";
import { styled } from "../terminal.ts";
import { lines, type Rendered } from "./rendered.ts";

/** Maximum number of lines to show of a long message. */
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
  return lines([styled("dim", "a waiting message was edited: "), shortened(content)]);
}

export function messageMoved({ position, order }: EventOf<"message.moved">): Rendered {
  return lines([styled("dim", `a waiting message is now number ${position + 1} of ${order.length}`)]);
}

export function messageDeleted(_: EventOf<"message.deleted">): Rendered {
  return lines([styled("dim", "a waiting message was deleted")]);
}

export function messageSteered({ how }: EventOf<"message.steered">): Rendered {
  const words = {
    injected: "the message was put into the work that runs",
    restarted: "the work was interrupted and goes on with the message",
    prompted: "the message goes on in the same turn",
  };
  return lines([styled("cyan", "steered: "), words[how]]);
}

export function agentChanged({ agent }: EventOf<"session.agentChanged">): Rendered {
  return lines([styled("bold", "agent: "), agent]);
}

const shortened = (text: string) => (text.length > 2_000 ? `${text.slice(0, 2_000)} ...` : text);
