import type { DeliveryStatus } from "./delivery.ts";

const maxOutcomeLength = 2_000;

/**
 * Summarizes the results of a delivery's events for the delivery log: each distinct message once, then the triggers.
 * Pure.
 */
export function summarize(results: readonly EventResult[]): {
  readonly status: Exclude<DeliveryStatus, "received">;
  readonly outcome: string;
  readonly sessionId: string | null;
} {
  const sentences = new Set(results.map(({ sentence }) => sentence));
  const triggers = new Set(results.flatMap((result) => result.triggers));
  const parts = [...sentences, ...(triggers.size > 0 ? [`Triggers: ${[...triggers].join(", ")}.`] : [])];
  const joined = parts.length === 0 ? "The delivery is not relevant to Tembo." : parts.join(" ");
  // Messages may contain text from a forge, but PostgreSQL accepts neither NUL nor unpaired surrogates.
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

/** Result of one event. The engine persists it as JSON. */
export type EventResult = {
  readonly kind: "worked" | "ignored" | "failed";
  readonly sentence: string;
  readonly sessionId: string | null;
  /** Names of the agent triggers that the event matches. */
  readonly triggers: readonly string[];
};
