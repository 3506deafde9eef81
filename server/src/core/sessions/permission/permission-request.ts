import type { PermissionDecision } from "../../accounts/index.ts";

/** An action for which a harness requests permission. */
export interface PermissionRequest {
  readonly toolCallId: string;
  readonly title: string;
  /** `leavePlan` means that the plan is ready and the harness requests permission to implement it. */
  readonly kind: ToolKind | "leavePlan";
  /** JSON of the tool's input, truncated at 16,000 characters. */
  readonly input: string | null;
}

/**
 * Decides a permission request. Must return within a limited time. The signal aborts when the prompt ends. An exception
 * counts as "deny".
 */
export type DecidePermission = (
  request: PermissionRequest,
  signal: AbortSignal,
) => Promise<PermissionDecision>;

export type ToolKind =
  | "read"
  | "edit"
  | "delete"
  | "move"
  | "search"
  | "execute"
  | "think"
  | "fetch"
  | "other";
