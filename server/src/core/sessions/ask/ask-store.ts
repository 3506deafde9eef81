import type { Ask, AskAnswer, Asked } from "./ask.ts";

export interface AskQueries {
  insert(ask: Omit<Ask, "answer">): Promise<void>;
  /** Gives the answer unless there is one, and returns the one that is kept; null when there is no such ask. */
  answer(id: string, answer: AskAnswer): Promise<AskAnswer | null>;
  find(sessionId: string, id: string): Promise<Ask | null>;
  openOfTurn(turnId: string): Promise<Ask[]>;
  /** Newest first. */
  list(
    sessionId: string,
    of: { readonly kind: Asked["kind"]; readonly isOpen?: boolean; readonly limit: number },
  ): Promise<Ask[]>;
}
