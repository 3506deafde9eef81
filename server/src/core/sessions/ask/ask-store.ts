import type { Ask, AskAnswer, Asked } from "./ask.ts";

export interface AskQueries {
  insert(ask: Omit<Ask, "answer">): Promise<void>;
  /**
   * Stores the answer unless the ask already has one. Returns the stored answer, or null if the ask does not exist.
   */
  answer(id: string, answer: AskAnswer): Promise<AskAnswer | null>;
  find(sessionId: string, id: string): Promise<Ask | null>;
  openOfTurn(turnId: string): Promise<Ask[]>;
  /** Lists asks, newest first. */
  list(
    sessionId: string,
    of: { readonly kind: Asked["kind"]; readonly isOpen?: boolean; readonly limit: number },
  ): Promise<Ask[]>;
}
