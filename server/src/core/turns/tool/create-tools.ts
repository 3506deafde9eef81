import { type SessionTool, type SessionToolName, sessionTools, viewSessionTool } from "@tembo/contract";
import { maxEventTextLength } from "@tembo/contract/limits";
import { AppError, asSentence } from "../../base/index.ts";
import { appendEvent, optionsOf } from "../../sessions/index.ts";
import type { CallableTools } from "../broker/broker.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Heads } from "../turn/steps/provision-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { decideCall, maxCallsPerMinute } from "./decide-call.ts";
import { fileOfCall } from "./file-of-call.ts";
import type { ToolCall, ToolResult } from "./tool-call.ts";
import { toolTable } from "./tool-table.ts";
import { createWorkspaceQueue } from "./workspace-queue.ts";

const CALL_LIMIT_MS = 30 * 60_000;

/**
 * Creates a session's tools for the duration of a turn's work. Rejects unknown tools and calls beyond the limits.
 * Validates each other call against the contract's table, runs the tool, and appends an event with the outcome.
 */
export function createTools(
  context: TurnContext,
  place: { readonly sandbox: Sandbox; readonly before: Heads },
): CallableTools {
  const workspace = createWorkspaceQueue(place.sandbox);
  const calls = new Map<string, number>();
  const recent: Date[] = [];
  let total = 0;
  let running = 0;
  return {
    views: toolViews(),
    async call(name, input, signal) {
      const tool = toolNamed(name);
      const now = context.ports.clock.now();
      const ofTool = calls.get(name) ?? 0;
      const refusal = decideCall(
        { total, ofTool, recent, running },
        { name, maxCallsPerTurn: tool.maxCallsPerTurn },
        now,
      );
      if (refusal !== null) throw new AppError("rate_limited", refusal);
      calls.set(name, ofTool + 1);
      total += 1;
      recent.push(now);
      if (recent.length > maxCallsPerMinute) recent.shift();
      const call = {
        context,
        ...place,
        workspace,
        key: `tool:${context.lease.attempt}:${total}`,
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_LIMIT_MS)]),
      };
      running += 1;
      try {
        const { store } = context.ports;
        const actor = { kind: "session", sessionId: context.session.id } as const;
        return await store.actingAs(actor, () => runAndRecord(call, name, tool, input));
      } finally {
        running -= 1;
      }
    },
  };
}

const toolViews = () => (Object.keys(sessionTools) as SessionToolName[]).map(viewSessionTool);

/**
 * Returns the list of the session's tools before its turn. Every call is rejected, because no prompt exists yet. Calls
 * `onListed` whenever a program requests the list.
 */
export function closedTools(onListed: () => void): CallableTools {
  return {
    get views() {
      onListed();
      return toolViews();
    },
    call: async () => {
      throw new AppError("conflict", "The session has received no message yet. Call the tool during a turn.");
    },
  };
}

function toolNamed(name: string): SessionTool {
  if (!Object.hasOwn(sessionTools, name))
    throw new AppError(
      "not_found",
      `Unknown tool ${JSON.stringify(name)}. Use one of: ${Object.keys(sessionTools).join(", ")}.`,
    );
  return sessionTools[name as SessionToolName] as SessionTool;
}

async function runAndRecord(
  call: ToolCall,
  name: string,
  tool: SessionTool,
  input: unknown,
): Promise<ToolResult> {
  const { context, key } = call;
  const appendResult = (status: "completed" | "failed", output: string) =>
    appendEvent(context, key, {
      type: "tool.called",
      tool: name,
      input: cut(context, withoutFile(tool, input)),
      status,
      output: cut(context, output),
    });
  try {
    const result = await run(call, name, tool, input);
    await appendResult("completed", JSON.stringify(result));
    return result;
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "fenced") throw cause;
    await appendResult("failed", cause instanceof AppError ? cause.message : "The tool failed unexpectedly.");
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError(cause.code, context.masker.mask(cause.message), { cause });
  }
}

async function run(call: ToolCall, name: string, tool: SessionTool, input: unknown): Promise<ToolResult> {
  if (tool.isChange && optionsOf(call.context).mode === "plan")
    throw new AppError(
      "conflict",
      `${name} cannot be used in a planning turn. Describe the step in the plan instead.`,
    );
  const { contentBase64, ...given } = objectOf(input);
  const parsed = tool.input.safeParse(given);
  if (!parsed.success) throw new AppError("invalid_input", describe(name, parsed.error.issues));
  const { data } = parsed;
  const work = toolTable[name as SessionToolName] as (call: ToolCall, input: unknown) => Promise<ToolResult>;
  if (tool.file === null) return work(call, data);
  const path = String((data as Readonly<Record<string, unknown>>)[tool.file]);
  return work(call, { ...data, contentBase64: await fileOfCall(call, path, contentBase64) });
}

function objectOf(input: unknown): Readonly<Record<string, unknown>> {
  if (typeof input === "object" && input !== null && !Array.isArray(input))
    return input as Readonly<Record<string, unknown>>;
  throw new AppError("invalid_input", "Tool input must be a JSON object.");
}

/** Removes the file content from the input for the event, because the file was either stored or rejected. */
function withoutFile(tool: SessionTool, input: unknown): string {
  if (tool.file === null) return JSON.stringify(input) ?? "null";
  const { contentBase64: _, ...rest } = objectOf(input);
  return JSON.stringify(rest);
}

function describe(
  name: string,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  const details = issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join(".") || "input"}: ${message}`);
  return `The input of ${name} is not valid. ${asSentence(details.join("; "))}`;
}

/** Masks before truncating, because masking cannot find a part of a secret. */
function cut({ masker }: Pick<TurnContext, "masker">, text: string): string {
  return masker.mask(text.slice(0, 4 * maxEventTextLength)).slice(0, maxEventTextLength);
}
