import type { SessionToolInput, SessionToolName } from "@tembo/contract";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Heads } from "../turn/steps/provision-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import type { WorkspaceQueue } from "./workspace-queue.ts";

/** Input of every tool: the turn and the sandbox in which it is called. */
export interface ToolCall {
  readonly context: TurnContext;
  readonly sandbox: Sandbox;
  readonly workspace: WorkspaceQueue;
  /** Head of each repository's branch before the harness started. */
  readonly before: Heads;
  /** Unique within the turn. The keys of the call's events start with it. */
  readonly key: string;
  /** Aborts when the caller disconnects, when the endpoint of the tools closes, or after 30 minutes. */
  readonly signal: AbortSignal;
}

/** Result of a tool as JSON. `message` is a string for the caller. All other fields are data. */
export type ToolResult = { readonly message?: string } & Readonly<Record<string, unknown>>;

/** Runs one tool. Throws `AppError` with a message for the caller. */
export type RunTool<Name extends SessionToolName> = (
  call: ToolCall,
  input: SessionToolInput<Name>,
) => Promise<ToolResult>;

export type ToolTable = { readonly [Name in SessionToolName]: RunTool<Name> };
