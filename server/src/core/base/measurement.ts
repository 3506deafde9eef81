/** Phase between the claim of a turn and the harness's first update. */
export type StartPhase = "provision" | "sandbox" | "harness" | "prompt";

/**
 * Something that this process has measured. Contains no text written by people or programs and no IDs, so that the number
 * of different values stays small.
 */
export type Measurement =
  | {
      readonly kind: "requestAnswered";
      readonly method: string;
      /** Path of the route, with names instead of the parameters' values. */
      readonly route: string;
      readonly status: number;
      /** The duration, or null for a stream, whose duration depends on the client. */
      readonly durationMs: number | null;
    }
  | { readonly kind: "turnClaimed"; readonly harness: string; readonly waitedMs: number }
  | {
      readonly kind: "turnPhase";
      readonly harness: string;
      readonly phase: StartPhase;
      readonly durationMs: number;
    }
  /** Time from the creation of a turn to the harness's first update. */
  | { readonly kind: "turnStarted"; readonly harness: string; readonly durationMs: number }
  | {
      readonly kind: "turnEnded";
      readonly harness: string;
      readonly status: "completed" | "failed" | "cancelled";
      /** Time since the first claim. */
      readonly durationMs: number;
    }
  | { readonly kind: "limitReached"; readonly limit: "memory" | "disk" | "processes" | "time" }
  | {
      readonly kind: "modelAnswered";
      readonly provider: string;
      /** Name in the price table, or null if the table does not contain the model. */
      readonly model: string | null;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cachedInputTokens: number;
      readonly cacheWriteTokens: number;
      /** The cost, or null if the model has no price. */
      readonly costMicroUsd: number | null;
    }
  /** Decision about a connection that a sandbox requested. */
  | { readonly kind: "egressDecided"; readonly decision: "allowed" | "denied" }
  | {
      readonly kind: "webhookAttempted";
      readonly result: "succeeded" | "failed";
      readonly durationMs: number;
    }
  /** Time from the append of an event until this server read it for a client that follows the session. */
  | { readonly kind: "eventRead"; readonly lagMs: number };

/** Receives measurements of this process. Must neither throw nor wait. */
export type Measure = (measurement: Measurement) => void;

/** Used if the operator collects no measurements. */
export const ignoreMeasurements: Measure = () => {};
