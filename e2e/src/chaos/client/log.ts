import type { SessionEvent } from "@tembo/contract";

/** An entry of the client's own log. Times are in milliseconds since 1970. */
export type LogEntry =
  | { readonly kind: "sent"; readonly token: string; readonly at: number }
  | {
      readonly kind: "acknowledged";
      readonly token: string;
      readonly sessionId: string;
      readonly at: number;
    }
  | { readonly kind: "gaveUp"; readonly token: string; readonly at: number; readonly error: string }
  | { readonly kind: "stopped"; readonly sessionId: string; readonly at: number }
  | { readonly kind: "seen"; readonly sessionId: string; readonly at: number; readonly event: SessionEvent };

export interface ClientLog {
  readonly entries: readonly LogEntry[];
  add(entry: LogEntry): void;
}

export function createClientLog(): ClientLog {
  const entries: LogEntry[] = [];
  return { entries, add: (entry) => void entries.push(entry) };
}
