import { setTimeout as pause } from "node:timers/promises";
import type { Cli } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import type { DrainedWorkers, ListedMachine, LocalServer } from "./local-server.ts";

/**
 * Waits until none of the workers runs, and shows what they wait for. Throws `CommandError` at the time limit. The drain then
 * continues.
 */
export async function waitUntilDrained(
  { env, terminal }: Pick<Cli, "env" | "terminal">,
  server: Pick<LocalServer, "listMachines">,
  { machineId, workerIds }: DrainedWorkers,
  { limitMs, everyMs }: { readonly limitMs: number; readonly everyMs: number },
): Promise<void> {
  const progress = terminal.progress();
  const endAt = performance.now() + limitMs;
  let shown = "";
  try {
    for (;;) {
      const machine = (await server.listMachines(env)).find(({ id }) => id === machineId);
      const waiting = machine?.workers.filter(({ id }) => workerIds.includes(id)) ?? [];
      if (machine === undefined || waiting.length === 0) return;
      const text = describe(machine, waiting.length);
      if (text !== shown) progress.show(text);
      shown = text;
      if (performance.now() >= endAt)
        throw new CommandError(
          `The machine ${machineId} is still draining: ${text}.`,
          "tembo worker drain --wait --timeout MINUTES",
        );
      await pause(everyMs);
    }
  } finally {
    progress.clear();
  }
}

function describe({ turns, unsavedSessions }: ListedMachine, workers: number): string {
  const count = (number: number, one: string) => `${number} ${one}${number === 1 ? "" : "s"}`;
  const parts = [
    count(workers, "worker"),
    ...(turns > 0 ? [count(turns, "turn")] : []),
    ...(unsavedSessions > 0 ? [`${count(unsavedSessions, "session")} with unsaved files`] : []),
  ];
  return `waiting for ${parts.join(", ")}`;
}
