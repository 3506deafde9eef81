import { setTimeout as delay } from "node:timers/promises";
import type { Reply } from "./steps.ts";
import type { ToolCall } from "./tools.ts";

/** A piece of a response, before a protocol encodes it. */
export type Delta =
  | { readonly kind: "thinking"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool"; readonly call: ToolCall };

/** Thrown when the script breaks the connection. */
export class CutShort extends Error {
  override readonly name = "CutShort";
}

/** Counts a use of a part with a limited number of repetitions. Returns true if the part had a repetition left. */
export type Spend = (partIndex: number, times: number) => boolean;

type Part = Reply["parts"][number];

const endlessEveryMs = 20;

/** Returns the status with which a request for this reply fails, or undefined if the reply does not fail. */
export function decideFailure(reply: Reply, spend: Spend): number | undefined {
  for (const [index, part] of reply.parts.entries()) {
    if (part.do === "fail" && spend(index, part.times)) return part.status;
  }
  return undefined;
}

/**
 * Plays a reply piece by piece, as fast as the client reads it. An empty reply becomes "Done.".
 *
 * @throws CutShort if the script breaks the connection.
 */
export async function* playReply(
  reply: Reply,
  call: ToolCall | undefined,
  { spend, signal }: { spend: Spend; signal: AbortSignal },
): AsyncGenerator<Delta> {
  let isSilent = call === undefined;
  for (const [index, part] of reply.parts.entries()) {
    if (part.do === "cut" && spend(index, part.times))
      throw new CutShort("The script closes the connection here.");
    if (part.do === "endless" && spend(index, part.times)) yield* speakForever(signal);
    if (part.do === "think") yield* pieces(part.text, "thinking");
    if (part.do === "say") yield* pieces(part.text, "text");
    if (part.do === "slow") yield* speakSlowly(part, signal);
    isSilent &&= textOfPart(part) === "";
  }
  if (isSilent) yield { kind: "text", text: "Done." };
  if (call) yield { kind: "tool", call };
}

/**
 * Returns the visible text that a part adds to the response. Returns an empty text for thinking, endless parts and
 * failures.
 */
export function textOfPart(part: Part): string {
  if (part.do === "say") return part.text;
  return part.do === "slow" ? Array.from({ length: part.words }, (_, index) => word(index)).join("") : "";
}

/** Splits a string into pieces of about 12 characters, so that clients receive words that are split between pieces. */
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
