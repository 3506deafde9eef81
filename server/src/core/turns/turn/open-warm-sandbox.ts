import type { Sandbox, SandboxSpec } from "../sandbox/sandbox.ts";
import { fitOf } from "../warm-sandbox/fingerprint.ts";
import type { Machine, Surroundings } from "../warm-sandbox/warm-sandbox.ts";
import {
  openSandbox,
  type ReachableSubmodule,
  sandboxSpecOf,
  sessionEnvironment,
  type TurnContext,
} from "./turn-context.ts";
import { workingDirectory } from "./working-directory.ts";

/** Without a person who waits, the next message rarely comes. */
const keepForOthersMs = 60_000;

export type MachineWish = Pick<SandboxSpec, "readOnlyPaths" | "isWorkspaceReadOnly"> & {
  readonly submodules: readonly ReachableSubmodule[];
};

/** The session's kept machine when it fits the work, else a new one: never two at once. */
export async function openMachine(
  context: TurnContext,
  wish: MachineWish,
): Promise<{ readonly machine: Machine; readonly wasKept: boolean }> {
  const { machines } = context.ports;
  const fit = machineFit(context, wish);
  const kept = await machines.take(context.session.id);
  if (kept !== null) {
    if (kept.fit === fit && kept.sandbox.limitReached() === null) {
      kept.surroundings = surroundingsOf(context, kept.sandbox);
      machines.begin(context.session.id, kept);
      return { machine: kept, wasKept: true };
    }
    await machines.discard(context.session.id, kept, "What comes next needs another.");
  }
  await machines.makeRoomForAnother();
  const sandbox = await openSandbox(context, wish);
  const surroundings = surroundingsOf(context, sandbox);
  const machine: Machine = { sandbox, fit, conversation: null, surroundings };
  machines.begin(context.session.id, machine);
  return { machine, wasKept: false };
}

const surroundingsOf = (context: TurnContext, sandbox: Sandbox): Surroundings => ({
  env: sessionEnvironment(context),
  cwd: workingDirectory(context, sandbox),
});

/** Gives the machine back to be kept, or stops it. */
export async function endWork(context: TurnContext, machine: Machine, isKept: boolean): Promise<void> {
  const { machines } = context.ports;
  const { id } = context.session;
  if (isKept) await machines.putBack(id, machine, keepMsOf(context));
  else await machines.discard(id, machine, "Its work has ended.");
}

/** Secrets lie in the environment of what runs in it, so that others need another machine. */
function machineFit(context: TurnContext, wish: MachineWish): string {
  return fitOf({ spec: sandboxSpecOf(context, wish), secrets: context.secrets });
}

function keepMsOf({ ports, message }: TurnContext): number {
  const { keepAliveMs } = ports.settings;
  return message.source === null ? keepAliveMs : Math.min(keepAliveMs, keepForOthersMs);
}
