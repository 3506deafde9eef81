import type { AskedPermissionKind } from "@tembo/contract/permission-kinds";
import type { PermissionDecision } from "../../accounts/index.ts";

/** A question or permission request from a running turn. A person can answer it until `expiresAt`. */
export interface Ask {
  readonly id: string;
  readonly sessionId: string;
  readonly turnId: string;
  readonly asked: Asked;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The answer, or null while the ask is open. A stored answer never changes. */
  readonly answer: AskAnswer | null;
}

export type Asked =
  | {
      readonly kind: "permission";
      readonly toolCallId: string;
      readonly title: string;
      readonly toolKind: AskedPermissionKind;
      readonly input: string | null;
    }
  | {
      readonly kind: "question";
      readonly question: string;
      /** Answers to choose from. A person may also answer in other words. */
      readonly options: readonly string[];
    };

export interface AskAnswer {
  /** `turn` means that the tool call, prompt or turn ended before a person answered or the timeout passed. */
  readonly by: "person" | "timeout" | "turn";
  /**
   * A `PermissionDecision` for a permission request, or the text of the answer to a question, or null for no answer.
   */
  readonly text: string | null;
  readonly comment: string | null;
  readonly at: Date;
  /** ID of the person who answered. Answers from before version 0.3.0 do not have it. */
  readonly userId?: string;
  /** True if the answer also allows the session's further requests of the same kind. */
  readonly isForSession?: boolean;
}

/** Returns the decision about a permission request. Every answer except an explicit "allow" is "deny". */
export function decisionOf({ text }: Pick<AskAnswer, "text">): PermissionDecision {
  return text === "allow" ? "allow" : "deny";
}
