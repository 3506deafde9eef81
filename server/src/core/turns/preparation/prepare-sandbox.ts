import { delay } from "../../../runtime/delay.ts";
import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { settlesWithin } from "../../../runtime/with-timeout.ts";
import { AppError, minuteMs } from "../../base/index.ts";
import { asksPermission, type ProjectSnapshot } from "../../sessions/index.ts";
import { harnessWish } from "../conversation/open-conversation.ts";
import { startIn } from "../conversation/start-in.ts";
import { systemOf } from "../environment/environment-system.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { closedTools } from "../tool/create-tools.ts";
import { copySkills, skillsOf } from "../turn/guidance/place-skills.ts";
import { unusableSystem } from "../turn/open-in-environment.ts";
import { openSandbox } from "../turn/open-sandbox.ts";
import { sandboxFingerprint, toSurroundings } from "../turn/open-warm-sandbox.ts";
import { findSubmodules } from "../turn/session-submodules.ts";
import type { WorkContext } from "../turn/turn-context.ts";
import { closeWarmSandbox, newWarmSandbox, type WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";

/** Limit for a sandbox that is neither used nor discarded. It exceeds the maximum age of a preparation. */
const maxLifeMs = 15 * minuteMs;
/** Time for which a started harness may request the list of the session's tools. */
const listLimitMs = 3_000;
/** Time in which the harness receives the list. */
const listSettleMs = 100;

/**
 * Opens the sandbox, with the environment's system, and starts the harness in it if `startsHarness` is set. Otherwise, no
 * program runs in it. Returns the reason if no sandbox is kept, or null.
 */
export async function prepareSandbox(
  context: WorkContext,
  { snapshot, startsHarness }: { readonly snapshot: ProjectSnapshot | null; readonly startsHarness: boolean },
  signal: AbortSignal,
): Promise<string | null> {
  const { ports, session, message } = context;
  if (!ports.warmSandboxes.hasRoom()) return lowMemory;
  const { readOnlyPaths } = await ports.harnesses.install(session.harness, () => {}, signal);
  const { reachable: submodules } = await findSubmodules(context, signal);
  const { mode } = message.options ?? session.options;
  const system = snapshot && systemOf(snapshot, context.project);
  const wish = { readOnlyPaths, isWorkspaceReadOnly: mode === "plan", submodules, system };
  signal.throwIfAborted();
  let sandbox: Sandbox;
  try {
    sandbox = await openSandbox(context, wish);
  } catch (cause) {
    // The turn downloads a missing base again, and reports a damaged one.
    if (system !== null && cause instanceof AppError && unusableSystem.has(cause.code)) return cause.message;
    throw cause;
  }
  const warm = newWarmSandbox({
    sandbox,
    fingerprint: sandboxFingerprint(context, wish),
    hasSystem: system !== null,
    surroundings: toSurroundings(context, sandbox),
  });
  try {
    if (startsHarness) await startHarness(context, warm, signal);
    signal.throwIfAborted();
  } catch (cause) {
    // Ignores errors while stopping, because the first error explains more.
    await Promise.allSettled([closeWarmSandbox(warm)]);
    throw cause;
  }
  const until = new Date(ports.clock.now().getTime() + maxLifeMs);
  const how = { until, hasTurn: false };
  return (await ports.warmSandboxes.putPrepared(session.id, warm, how)) ? null : lowMemory;
}

const lowMemory = "memory is low";

async function startHarness(context: WorkContext, warm: WarmSandbox, signal: AbortSignal): Promise<void> {
  const { ports, session } = context;
  const listed = Promise.withResolvers<void>();
  // The only open endpoint. The network would be in reach of every program that starts with the harness.
  await using _ = await openToolList(context, warm.sandbox, listed.resolve);
  const skills = await skillsOf(context);
  const failure = await copySkills(context, warm.sandbox, skills, signal);
  if (failure !== null) throw new Error(failure);
  const known = await ports.store.conversations.find(session.id, session.harness);
  const wish = {
    ...harnessWish(context, warm.sandbox, skills),
    decidePermission: asksPermission(context) ? async () => "deny" as const : null,
    onProtocolLine: null,
  };
  const conversationId = known?.id ?? null;
  await startIn(warm, { harnesses: ports.harnesses, wish, conversationId, isPrepared: true }, signal);
  // A harness may open the conversation before it has connected to the tools, and would later report that it cannot.
  if (wish.mcpServers.length === 0) return;
  const isListed = await rejectOnAbort(settlesWithin(listed.promise, listLimitMs), signal);
  if (isListed) await delay(listSettleMs, signal);
}

/** Opens the list of the session's tools, which a harness requests when it starts. No tool can be called. */
async function openToolList(
  { ports }: WorkContext,
  sandbox: Sandbox,
  onListed: () => void,
): Promise<AsyncDisposable> {
  const tools = await ports.broker.openTools({ ...sandbox.forward("tools"), tools: closedTools(onListed) });
  return { [Symbol.asyncDispose]: () => tools.close() };
}
