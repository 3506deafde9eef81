import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Tembo from "@tembo-io/sdk";
import { pollUntil } from "../../../server/src/runtime/poll-until.ts";
import { checkHistory } from "./check/check-history.ts";
import { seenEventsRemain } from "./check/rules/events.ts";
import { createClientLog } from "./client/log.ts";
import { runClient } from "./client/run-client.ts";
import type { Fault } from "./plan/faults.ts";
import type { PlannedSession } from "./plan/work.ts";
import { readHistory } from "./read-history.ts";
import type { Outcome } from "./report.ts";
import { runFaults } from "./run-faults.ts";
import type { ChaosForge } from "./world/forge.ts";
import { openWorld, type World, type WorldOptions } from "./world/world.ts";

export interface RunOptions extends WorldOptions {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly work: readonly PlannedSession[];
  /** Source tree after the upgrade. */
  readonly newRoot: string;
  readonly quietLimitMs: number;
  readonly print: (line: string) => void;
}

/** Runs the client and the faults, waits until all turns have ended, and checks the history. */
export async function runChaos(options: RunOptions): Promise<Outcome> {
  const { seed, work, root, newRoot, print } = options;
  await using cleanup = new AsyncDisposableStack();
  const world = await openWorld(options, cleanup);
  print(`The logs of the machines and the history are in ${world.logs}.`);
  await connect(world.client, world.forge);
  const log = createClientLog();
  const following = new AbortController();
  cleanup.defer(() => following.abort());
  const { client, forge } = world;
  const parts = { client, log, repositoryUrl: forge.repositoryUrl, signal: following.signal };
  const [faults] = await Promise.all([
    runFaults({ world, root, newRoot, print }, options.faults),
    runClient(parts, work),
  ]);
  print("The faults have ended. Waiting until all turns have ended.");
  if (!(await pollUntil(() => isQuiet(world), { every: 2_000, timeoutMs: options.quietLimitMs })))
    print("Some turns have not ended in time.");
  const received = async () =>
    seenEventsRemain.check(await readHistory({ client, forge, log: log.entries })).length === 0;
  if (!(await pollUntil(received, { every: 2_000, timeoutMs: 60_000 })))
    print("The client has not received all events in time.");
  // The client's log is complete before the API is read, so that all its events are in the readings.
  following.abort();
  const history = await readHistory({ client, forge, log: [...log.entries] });
  await writeFile(join(world.logs, "history.json"), JSON.stringify(history));
  return { seed, history, faults, violations: checkHistory(history) };
}

/** Connects the forge as a user does. */
async function connect(client: Tembo, { connection }: ChaosForge): Promise<void> {
  const { integration } = await client.integrations.create({ ...connection, enablesNewRepositories: true });
  const isSynced = async () => (await client.integrations.syncStatus()).activeJobCount === 0;
  if (!(await pollUntil(isSynced, { every: 200, timeoutMs: 60_000 })))
    throw new Error("The forge was not connected in time.");
  await client.integrations.sync(integration.id, { mode: "immediate" });
}

async function isQuiet({ client }: World): Promise<boolean> {
  for await (const { id } of client.session.list())
    for await (const { state } of client.session.messages.list(id))
      if (state === "queued" || state === "working") return false;
  return true;
}
