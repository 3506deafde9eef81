import { chmod, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { isEnd } from "./measure-follow-ups.ts";
import { withFleet } from "./with-fleet.ts";

const stub = fileURLToPath(
  new URL("../../../server/src/harness/stream-json/testing/fake-program.cjs", import.meta.url),
);
export const manySessions = 200;
const CONCURRENCY = 12;

export interface Many {
  /** Seconds from the first request to the end of the last turn. */
  readonly totalS: number;
  /** Seconds from each session's request to the end of its turn. */
  readonly turnsS: readonly number[];
}

/** Creates all sessions at once. The machines together run the same number of turns, whatever their number. */
export async function measureMany(machines: number): Promise<Many> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-stub-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  await copyFile(stub, join(folder, "stub.cjs"));
  const start = join(folder, "start");
  await writeFile(start, `#!/bin/sh\nexec node ${join(folder, "stub.cjs")} "$@"\n`, { mode: 0o755 });
  const harnesses = JSON.stringify({ amp: { argv: [start], readOnlyPaths: [folder] } });
  let found: Many | null = null;
  const prepare = (dataDir: string) => writeFile(join(dataDir, "harnesses.json"), harnesses);
  await withFleet({ env: {}, saves: true, prepare }, async ({ machine, server, until }) => {
    // The first server started before its data folder had the stub.
    const { url } = await server({});
    const api = new Tembo({ apiKey: API_KEY, baseURL: url });
    const { orgId } = await api.me.retrieve();
    await api.organizations.settings.update(orgId!, { ampApiKey: "not-used" });
    for (let number = 0; number < machines; number += 1)
      await machine({ TEMBO_PUBLIC_URL: url, TEMBO_WORKER_CONCURRENCY: String(CONCURRENCY / machines) });
    const startedAt = Date.now();
    const sessions = await Promise.all(
      Array.from({ length: manySessions }, () =>
        api.session.create({ prompt: "say Done.", agent: "amp", sandboxSize: "nano" }),
      ),
    );
    const turnsS: number[] = [];
    let lastAt = startedAt;
    for (const { id } of sessions) {
      const events = await until(id, isEnd(1));
      const endedAt = Date.parse(events.at(-1)!.createdAt);
      turnsS.push((endedAt - Date.parse(events[0]!.createdAt)) / 1_000);
      lastAt = Math.max(lastAt, endedAt);
    }
    found = { totalS: (lastAt - startedAt) / 1_000, turnsS };
  });
  return found!;
}
