import type { PermissionKind } from "@tembo/contract/permission-kinds";
import type { Ask, AskAnswer, Asked } from "./ask.ts";

export interface AskQueries {
  insert(ask: Omit<Ask, "answer">): Promise<void>;
  /**
   * Stores the answer unless the ask already has one. Returns the stored answer, or null if the ask does not exist.
   */
  answer(id: string, answer: AskAnswer): Promise<AskAnswer | null>;
  find(sessionId: string, id: string): Promise<Ask | null>;
  openOfTurn(turnId: string): Promise<Ask[]>;
  /** Returns true if a person allowed requests of this kind for the rest of the session. */
  isAllowedForSession(sessionId: string, kind: PermissionKind): Promise<boolean>;
  /** Lists asks, newest first. */
  list(
    sessionId: string,
    of: { readonly kind: Asked["kind"]; readonly isOpen?: boolean; readonly limit: number },
  ): Promise<Ask[]>;
}
