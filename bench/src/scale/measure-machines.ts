import { followRecovery, hasEnded, isWorking, momentsOf, PROMPT } from "../recovery/recovery-run.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { isEnd } from "./measure-follow-ups.ts";
import { type Fleet, withFleet } from "./with-fleet.ts";

export const drainedSessions = 4;
const LOST = 3;
const DRAINS = 3;
/** Ignored files of each session. Only a drain saves them. */
const FILES = 500;
const FILE_KB = 10;

const BEGIN = `Begin. SCRIPT(bash("mkdir cache; echo cache > .gitignore; head -c ${FILE_KB}000 /dev/urandom > one; for n in $(seq ${FILES}); do cp one cache/$n; done"), say("Done."))`;

export const drainedSize = { files: FILES, megabytes: (FILES * FILE_KB) / 1_000 };

export interface Machines {
  /** Seconds from the moment a machine stops acting, without a notice to anyone, until its turn works on another one. */
  readonly lost: readonly number[];
  /** Seconds from SIGTERM until the worker has moved its sessions and exits. */
  readonly drains: readonly number[];
}

/** Measures how soon other machines have the work of a machine that is lost or drained. */
export async function measureMachines(print: (line: string) => void): Promise<Machines> {
  const env = { TEMBO_HARNESS_SEED_DIR: harnessesDir(["claudeCode"]), TEMBO_WORKER_CONCURRENCY: "4" };
  const lost: number[] = [];
  const drains: number[] = [];
  await withFleet({ env, saves: true }, async (fleet) => {
    let current = await fleet.machine();
    for (let run = 1; run <= LOST; run += 1) {
      const { id } = await fleet.client.session.create({ prompt: PROMPT });
      await fleet.until(id, isWorking);
      const next = await fleet.machine();
      const lostAt = Date.now();
      current.freeze();
      const { workingAt } = momentsOf(await fleet.until(id, followRecovery()));
      lost.push((workingAt - lostAt) / 1_000);
      print(`machine lost, ${run} of ${LOST}: ${lost.at(-1)!.toFixed(1)} s`);
      await current.kill();
      await fleet.client.session.stop(id);
      await fleet.until(id, hasEnded);
      current = next;
    }
    for (let run = 1; run <= DRAINS; run += 1) {
      for (let number = 0; number < drainedSessions; number += 1) await begin(fleet);
      const next = await fleet.machine();
      const startedAt = performance.now();
      await current.stop();
      drains.push((performance.now() - startedAt) / 1_000);
      print(`drain, ${run} of ${DRAINS}: ${drains.at(-1)!.toFixed(1)} s`);
      current = next;
    }
  });
  return { lost, drains };
}

async function begin({ client, until }: Fleet): Promise<void> {
  const { id } = await client.session.create({ prompt: BEGIN });
  await until(id, isEnd(1));
}
