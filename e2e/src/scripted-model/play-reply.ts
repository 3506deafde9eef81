import { setTimeout as delay } from "node:timers/promises";
import type { Reply } from "./steps.ts";
import type { ToolCall } from "./tools.ts";

/** A piece of an answer, before a protocol puts it into words of its own. */
export type Delta =
  | { readonly kind: "thinking"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool"; readonly call: ToolCall };

/** The script wants the connection to break here. */
export class CutShort extends Error {
  override readonly name = "CutShort";
}

/** Says whether a part that happens a number of times is still to happen, and counts it. */
export type Spend = (partIndex: number, times: number) => boolean;

type Part = Reply["parts"][number];

const endlessEveryMs = 20;

/** The status a request for this reply fails with; undefined lets it be played. */
export function decideFailure(reply: Reply, spend: Spend): number | undefined {
  for (const [index, part] of reply.parts.entries()) {
    if (part.do === "fail" && spend(index, part.times)) return part.status;
  }
  return undefined;
}

/**
 * Plays a reply piece by piece, at the speed at which it is read. A reply with nothing to say or do says "Done.".
 *
 * @throws CutShort where the script cuts the connection.
 */
export async function* playReply(
  reply: Reply,
  call: ToolCall | undefined,
  { spend, signal }: { spend: Spend; signal: AbortSignal },
): AsyncGenerator<Delta> {
  let isSilent = call === undefined;
  for (const [index, part] of reply.parts.entries()) {
    if (part.do === "cut" && spend(index, part.times))
      throw new CutShort("The script cuts the connection here.");
    if (part.do === "endless" && spend(index, part.times)) yield* speakForever(signal);
    if (part.do === "think") yield* pieces(part.text, "thinking");
    if (part.do === "say") yield* pieces(part.text, "text");
    if (part.do === "slow") yield* speakSlowly(part, signal);
    isSilent &&= textOfPart(part) === "";
  }
  if (isSilent) yield { kind: "text", text: "Done." };
  if (call) yield { kind: "tool", call };
}

/** The whole text a part adds to the answer; empty for parts without an end. */
export function textOfPart(part: Part): string {
  if (part.do === "say") return part.text;
  return part.do === "slow" ? Array.from({ length: part.words }, (_, index) => word(index)).join("") : "";
}

/** Pieces of about 12 characters, so that readers meet text split in the middle of words. */
function* pieces(text: string, kind: "thinking" | "text"): Generator<Delta> {
  for (const piece of text.match(/.{1,12}/gsu) ?? []) yield { kind, text: piece };
}

async function* speakSlowly(part: Extract<Part, { do: "slow" }>, signal: AbortSignal): AsyncGenerator<Delta> {
  for (let index = 0; index < part.words; index += 1) {
    yield { kind: "text", text: word(index) };
    await delay(part.everyMs, undefined, { signal });
  }
}

async function* speakForever(signal: AbortSignal): AsyncGenerator<Delta> {
  for (let index = 0; ; index += 1) {
    yield { kind: "text", text: word(index) };
    await delay(endlessEveryMs, undefined, { signal });
  }
}

function word(index: number): string {
  return `word${index + 1} `;
}
