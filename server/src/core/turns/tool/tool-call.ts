import type { SessionToolInput, SessionToolName } from "@tembo/contract";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Heads } from "../turn/steps/provision-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import type { WorkspaceQueue } from "./workspace-queue.ts";

/** What a tool works with: the turn that it is called in, and the sandbox that it is called from. */
export interface ToolCall {
  readonly context: TurnContext;
  readonly sandbox: Sandbox;
  readonly workspace: WorkspaceQueue;
  /** Of each repository's branch, before the harness began. */
  readonly before: Heads;
  /** Unique within the turn: events of the call are told under it. */
  readonly key: string;
  /** Aborts when the caller has gone, or the turn ends. */
  readonly signal: AbortSignal;
}

/** `message` is a sentence for who called; everything else is data. All of it is JSON. */
export type ToolResult = { readonly message?: string } & Readonly<Record<string, unknown>>;

/** Does what one tool is for. Throws `AppError` with a sentence for who called. */
export type RunTool<Name extends SessionToolName> = (
  call: ToolCall,
  input: SessionToolInput<Name>,
) => Promise<ToolResult>;

export type ToolTable = { readonly [Name in SessionToolName]: RunTool<Name> };
