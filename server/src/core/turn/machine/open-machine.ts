import type { SandboxSpec } from "../../ports/sandbox.ts";
import { openSandbox, type ReachableSubmodule, sandboxSpecOf, type TurnContext } from "../turn-context.ts";
import { fitOf } from "./fit.ts";
import type { Machine } from "./machine.ts";

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
    if (kept.fit === fit && kept.sandbox.limitReached() === null) return { machine: kept, wasKept: true };
    await machines.discard(context.session.id, kept, "What comes next needs another.");
  }
  await machines.makeRoomForAnother();
  const sandbox = await openSandbox(context, wish);
  return { machine: { sandbox, fit, conversation: null }, wasKept: false };
}

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
