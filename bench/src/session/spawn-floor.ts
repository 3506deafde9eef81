import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { watchSpawn } from "./watch-spawn.ts";

const PAUSE_MS = 50;

/** Returns, for each run, the milliseconds from the call to spawn until `watchSpawn` finds the process. */
export async function timeSpawnAlone(
  launch: {
    readonly argv: readonly [string, ...string[]];
    readonly env: NodeJS.ProcessEnv;
    readonly entry: string;
  },
  runs: number,
): Promise<number[]> {
  const sample: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const seen = watchSpawn(launch.entry, 10_000);
    await wait(PAUSE_MS);
    const startedAt = performance.timeOrigin + performance.now();
    const child = spawn(launch.argv[0], launch.argv.slice(1), { env: launch.env, stdio: "ignore" });
    sample.push((await seen) - startedAt);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  return sample;
}
