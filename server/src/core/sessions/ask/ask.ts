import type { AskedPermissionKind } from "@tembo/contract/permission-kinds";
import type { PermissionDecision } from "../../accounts/index.ts";

/** What was put to a person while a turn runs, and waits for an answer no longer than until `expiresAt`. */
export interface Ask {
  readonly id: string;
  readonly sessionId: string;
  readonly turnId: string;
  readonly asked: Asked;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Null while it is open. Given once. */
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
      /** Answers to choose from; with none the answer is free text. */
      readonly options: readonly string[];
    };

export interface AskAnswer {
  /** `turn`: what asked has gone, so that nobody needs the answer any more. */
  readonly by: "person" | "timeout" | "turn";
  /** Of a permission a `PermissionDecision`; of a question the answer's words, null when there is none. */
  readonly text: string | null;
  readonly comment: string | null;
  readonly at: Date;
}

/** Anything but a clear yes is a no. */
export function decisionOf({ text }: Pick<AskAnswer, "text">): PermissionDecision {
  return text === "allow" ? "allow" : "deny";
}
