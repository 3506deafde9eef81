import type { HarnessStart, HarnessUpdate, Sandbox } from "../../core/turns/index.ts";
import { startConversation } from "../acp/start-conversation.ts";
import type { StartTimer } from "../acp/timer.ts";
import type { Pace } from "../acp/updates/flood-gate.ts";
import { collect, disposable, idle, textPrompt } from "../harness-contract.ts";
import type { LaunchSpec } from "../launch-spec.ts";
import { stubSpec } from "../stub/spec.ts";
import { harnessStart } from "./harness-start.ts";
import { localSandbox } from "./local-sandbox.ts";
import { quietLog } from "./quiet-log.ts";

export interface StubStart {
  readonly sandbox?: Sandbox;
  readonly env?: Record<string, string>;
  readonly conversationId?: string | null;
  readonly given?: Partial<HarnessStart> | undefined;
  readonly spec?: Partial<LaunchSpec>;
  readonly startTimer?: StartTimer;
  readonly pace?: Pace;
  readonly signal?: AbortSignal;
}

/** Starts a conversation with the stub, in the given sandbox or in a new one. */
export async function startStub(start: StubStart = {}) {
  const sandbox = start.sandbox ?? localSandbox();
  const options = {
    spec: { ...stubSpec(start.env), ...start.spec },
    installDir: "/nowhere",
    nodeBinary: process.execPath,
    log: quietLog(),
    ...(start.startTimer ? { startTimer: start.startTimer } : {}),
    ...(start.pace ? { pace: start.pace } : {}),
  };
  const input = harnessStart(sandbox, { conversationId: start.conversationId ?? null, ...start.given });
  return disposable(await startConversation(options, input, start.signal ?? idle()));
}

/** Returns the updates that the stub sends while it runs the prompt. */
export async function play(text: string, start: StubStart = {}): Promise<HarnessUpdate[]> {
  await using conversation = await startStub(start);
  return await collect(conversation.prompt(textPrompt(text), idle()));
}

/** Returns a `StartTimer` that fires timers of exactly `ms` milliseconds immediately and leaves other timers unchanged. */
export function passing(ms: number): StartTimer {
  return (waited, callback) => {
    const timer = setTimeout(callback, waited === ms ? 0 : waited);
    return () => clearTimeout(timer);
  };
}

export function noticesIn(updates: readonly HarnessUpdate[]): string[] {
  return updates.flatMap((update) => (update.type === "notice" ? [update.message] : []));
}
