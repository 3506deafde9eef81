import assert from "node:assert/strict";
import { join } from "node:path";
import type { SessionEvent } from "@tembo/contract";
import { pollUntil } from "../../../server/src/runtime/poll-until.ts";
import { connectForge } from "../forges/connect-forge.ts";
import { startGitea } from "../forges/gitea.ts";
import { type Apart, withApart } from "./apart.ts";
import { assertOccurOnce, assertSeamless, endings, reachingLoopback, remoteFile } from "./index.ts";
import { signalTree } from "./programs/process-tree.ts";
import { temporaryDataDir } from "./programs/tembo-process.ts";

export interface Machine {
  start(): Promise<void>;
  /** Sends SIGTERM, and returns the worker's exit code. */
  stop(): Promise<number | null>;
  /** Freezes the machine with everything that runs on it. */
  freeze(): Promise<void>;
  wake(): Promise<void>;
  /** Waits until the worker has logged a line with the text. */
  logged(text: string): Promise<void>;
  /** Kills the worker and removes its disk. */
  lose(): Promise<void>;
}

export interface Machines extends Apart {
  readonly forge: Awaited<ReturnType<typeof startGitea>>;
  /** Creates a machine with a disk of its own, and starts its worker. */
  machine(env?: Readonly<Record<string, string>>): Promise<Machine>;
}

/** Runs `work` with machines that share only the database, the blob store and a forge. */
export async function withMachines(work: (machines: Machines) => Promise<void>): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const forge = await startGitea();
  cleanup.defer(() => forge.close());
  const blobs = await temporaryDataDir();
  cleanup.defer(() => blobs.remove());
  await withApart({ ...reachingLoopback, TEMBO_BLOBS: `file://${blobs.path}` }, async (apart) => {
    const machine = async (more: Readonly<Record<string, string>> = {}) => {
      const disk = await temporaryDataDir();
      cleanup.defer(() => disk.remove());
      const env = {
        TEMBO_DATA_DIR: disk.path,
        TEMBO_MASTER_KEY_FILE: join(apart.dataDir, "master.key"),
        ...more,
      };
      let worker = await apart.worker(env);
      return {
        start: async () => {
          worker = await apart.worker(env);
        },
        stop: () => worker.stop(),
        freeze: () => signalTree(worker.pid, "SIGSTOP"),
        wake: () => signalTree(worker.pid, "SIGCONT"),
        logged: async (text: string) => {
          const isThere = await pollUntil(async () => worker.log().includes(text), {
            every: 100,
            timeoutMs: 60_000,
          });
          assert.ok(isThere, `The worker has not logged "${text}":\n${worker.log()}`);
        },
        lose: async () => {
          await worker.kill();
          await disk.remove();
        },
      };
    };
    const first = await machine();
    await connectForge(apart.client, forge);
    await first.lose();
    await work({ ...apart, forge, machine });
  });
}

/** Matches the nth event that ends a turn. */
export function isEnding(n: number) {
  let seen = 0;
  return (event: SessionEvent) => endings([event]).length > 0 && ++seen === n;
}

/** Asserts that every turn completed and that the pull request contains the files. */
export async function assertWhole(
  { forge }: Machines,
  events: readonly SessionEvent[],
  files: readonly string[],
) {
  assertSeamless(events);
  for (const ending of endings(events))
    assert.equal(ending.eventType, "turn.completed", JSON.stringify(ending));
  assertOccurOnce(events, "pullRequest.opened");
  const pulls = await forge.pullRequests();
  assert.equal(pulls.length, 1);
  for (const [index, file] of files.entries())
    assert.equal(await remoteFile(forge.cloneUrl, forge.token, pulls[0]!.head, file), String(index + 1));
}
