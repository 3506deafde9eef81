import { systemOf } from "../environment/environment-system.ts";
import type { Sandbox, SandboxSpec } from "../sandbox/sandbox.ts";
import { fingerprintOf } from "../warm-sandbox/fingerprint.ts";
import { newWarmSandbox, type Surroundings, type WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import type { ReachableSubmodule } from "./checkout.ts";
import { environmentOf, openInEnvironment } from "./open-in-environment.ts";
import { type SandboxWish, sandboxSpecOf } from "./open-sandbox.ts";
import { sessionEnvironment, type TurnContext, type WorkContext } from "./turn-context.ts";
import { workingDirectory } from "./working-directory.ts";

/**
 * Maximum keep-alive time after a turn for a message from a forge. The next message rarely arrives soon after such a
 * turn.
 */
const keepForOthersMs = 60_000;

/** Minimum keep-alive time between two steps of a turn. The turn's end stops a sandbox that no step has taken. */
const keepForStepMs = 60_000;

export type WarmSandboxRequest = Pick<SandboxSpec, "readOnlyPaths" | "isWorkspaceReadOnly"> & {
  readonly submodules: readonly ReachableSubmodule[];
};

/**
 * Reuses the session's warm sandbox if its fingerprint matches the work and no limit was reached. Otherwise stops the
 * sandbox and opens a new one, so that a session never has two.
 */
export async function openWarmSandbox(
  context: TurnContext,
  request: WarmSandboxRequest,
  signal: AbortSignal,
): Promise<{ readonly warm: WarmSandbox; readonly wasKept: boolean }> {
  const { warmSandboxes } = context.ports;
  const snapshot = await environmentOf(context);
  const wanted = { ...request, system: snapshot && systemOf(snapshot, context.project) };
  const kept = await warmSandboxes.take(context.session.id);
  if (kept !== null) {
    if (kept.fingerprint === sandboxFingerprint(context, wanted) && kept.sandbox.limitReached() === null) {
      kept.surroundings = toSurroundings(context, kept.sandbox);
      warmSandboxes.begin(context.session.id, kept);
      return { warm: kept, wasKept: true };
    }
    await warmSandboxes.discard(
      context.session.id,
      kept,
      "The next message needs a sandbox with different settings.",
    );
  }
  await warmSandboxes.evictForAnother();
  const { sandbox, wish } = await openInEnvironment(context, wanted, snapshot, signal);
  const surroundings = toSurroundings(context, sandbox);
  const warm = newWarmSandbox({
    sandbox,
    fingerprint: sandboxFingerprint(context, wish),
    hasSystem: wish.system !== null,
    surroundings,
  });
  warmSandboxes.begin(context.session.id, warm);
  return { warm, wasKept: false };
}

export const toSurroundings = (context: WorkContext, sandbox: Sandbox): Surroundings => ({
  env: sessionEnvironment(context),
  cwd: workingDirectory(context, sandbox),
});

/** Work for which a sandbox is kept. */
export type KeptFor = "nextTurn" | "nextStep";

/** Returns the sandbox to the pool, or stops it if it is kept for nothing. */
export async function endWork(
  context: TurnContext,
  warm: WarmSandbox,
  keptFor: KeptFor | null,
): Promise<void> {
  const { warmSandboxes } = context.ports;
  const { id } = context.session;
  if (keptFor === "nextTurn") await warmSandboxes.putBack(id, warm, keepMsOf(context));
  else if (keptFor === "nextStep")
    await warmSandboxes.putBack(id, warm, Math.max(keepForStepMs, keepMsOf(context)));
  else await warmSandboxes.discard(id, warm, "The turn has ended.");
}

/**
 * Returns a fingerprint of the sandbox's settings. It includes the secrets, because they are in the environment of
 * running programs, so changed secrets require a new sandbox.
 */
export function sandboxFingerprint(context: WorkContext, wish: SandboxWish): string {
  const { project, secrets } = context;
  const programs = project && { services: project.services, startScript: project.startScript };
  return fingerprintOf({ spec: sandboxSpecOf(context, wish), secrets, programs });
}

function keepMsOf({ ports, message }: Pick<TurnContext, "ports" | "message">): number {
  const { keepAliveMs } = ports.settings;
  return message.source === null ? keepAliveMs : Math.min(keepAliveMs, keepForOthersMs);
}
