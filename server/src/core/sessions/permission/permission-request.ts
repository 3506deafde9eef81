import type { PermissionDecision } from "../../accounts/index.ts";

/** What a harness wants to do and may not without a word. */
export interface PermissionRequest {
  readonly toolCallId: string;
  readonly title: string;
  /** `leavePlan`: the plan is ready and it asks to carry it out. */
  readonly kind: ToolKind | "leavePlan";
  /** JSON of the tool's input, cut at 16,000 characters. */
  readonly input: string | null;
}

/** Must answer in bounded time; the signal aborts when the prompt ends. A throw counts as "deny". */
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
