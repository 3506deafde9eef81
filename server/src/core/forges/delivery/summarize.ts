import type { DeliveryStatus } from "./delivery.ts";

const maxOutcomeLength = 2_000;

/** What all events of a delivery came to, for its log: each sentence once, then the triggers. Pure. */
export function summarize(results: readonly EventResult[]): {
  readonly status: Exclude<DeliveryStatus, "received">;
  readonly outcome: string;
  readonly sessionId: string | null;
} {
  const sentences = new Set(results.map(({ sentence }) => sentence));
  const triggers = new Set(results.flatMap((result) => result.triggers));
  const told = [...sentences, ...(triggers.size > 0 ? [`Triggers: ${[...triggers].join(", ")}.`] : [])];
  const joined = told.length === 0 ? "Nothing in it is for Tembo." : told.join(" ");
  // Sentences may hold words of a forge, and the database takes neither NUL nor half a character.
  const outcome = joined.replaceAll("\0", "").toWellFormed();
  return {
    status: statusOf(results),
    outcome:
      outcome.length > maxOutcomeLength
        ? `${outcome.slice(0, maxOutcomeLength - 1).toWellFormed()}…`
        : outcome,
    sessionId: results.find(({ sessionId }) => sessionId !== null)?.sessionId ?? null,
  };
}

function statusOf(results: readonly EventResult[]): Exclude<DeliveryStatus, "received"> {
  if (results.some(({ kind }) => kind === "failed")) return "failed";
  return results.some(({ kind }) => kind === "worked") ? "worked" : "ignored";
}

/** What came of one event. Kept by the engine as JSON. */
export type EventResult = {
  readonly kind: "worked" | "ignored" | "failed";
  readonly sentence: string;
  readonly sessionId: string | null;
  /** Names of the agents' triggers it is. */
  readonly triggers: readonly string[];
};
