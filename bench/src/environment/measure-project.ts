import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { SessionEvent } from "@tembo/contract";
import { API_KEY, pushFiles, type World } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { defaultHarness } from "../../../server/src/harness/plug-ins.ts";
import { manyFiles } from "../session/many-files.ts";
import { NOTHING, timeSpawn } from "../session/time-spawn.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { promptSentAt } from "../support/prompt-sent.ts";
import { untilCompiled } from "../support/until-compiled.ts";
import { timeBuild, timeScheduledBuild } from "./time-build.ts";

const run = promisify(execFile);
const RUNS = 6;
const LATER_BUILDS = 2;
const COPIES = 3;
const READY_RUNS = 8;
const PREPARED_RUNS = 6;
/** Time that the page gives the server: a person writes for at least this long. */
const WRITING_MS = 8_000;
const READY_LIMIT_MS = 5 * 60_000;
/** Pause between two measurements. The server becomes idle during the pause. */
const PAUSE_MS = 300;
/** Changed files that the machine may still have to write to its disk when a session starts from a ready copy. */
const SETTLED_BYTES = 32 * 1024 ** 2;
const SETTLE_LIMIT_MS = 60_000;
/** Size of the prepared dependencies, which is that of a large node_modules. */
export const dependencies = { files: 21_000, megabytes: 700 } as const;

/** Milliseconds of each run. */
interface ProjectMeasurements {
  /** The first build, and later whole builds with another commit. */
  readonly "build.first": number[];
  readonly "build.later": number[];
  /** Builds of a schedule, which start from the previous environment. */
  readonly "build.incremental": number[];
  /** From the creation of a session to the start of its harness, in the environment, with a ready copy of it, and without a project. */
  readonly "session.environment": number[];
  readonly "session.ready": number[];
  readonly "session.empty": number[];
  /** From the request for a session to its prompt, with work that was prepared from a ready copy. */
  readonly prepared: number[];
  /** From the start of a session's turn to its open sandbox: the files of the environment, mirrors, checkouts and the sandbox. */
  readonly "opened.environment": number[];
  readonly "opened.ready": number[];
  readonly "opened.empty": number[];
  /** A copy of a session's workspace without the product. */
  readonly copy: number[];
}

export interface ProjectTimes {
  readonly measurements: ProjectMeasurements;
  readonly layerBytes: number;
}

/**
 * Measures builds of a project with many dependencies, and sessions of that project. In turn with them, it measures
 * sessions of the same repository without a project.
 */
export async function measureProject(print: (line: string) => void): Promise<ProjectTimes> {
  await using cleanup = new AsyncDisposableStack();
  const world = await startBenchWorld({ env: { TEMBO_HARNESS_SEED_DIR: harnessesDir() } });
  cleanup.defer(() => world.close());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const repository = await world.repository("bench/app", {
    ...manyFiles(),
    ".gitignore": "dependencies/\n",
  });
  const { project } = await client.projects.create({
    name: "Bench",
    sizes: ["micro"],
    codeRepositoryIds: [repository.id],
    setupScript: `cd app && test -d dependencies || node -e '${writeDependencies}'`,
  });
  const measurements: ProjectMeasurements = {
    ...{
      "build.first": [],
      "build.later": [],
      "build.incremental": [],
      "session.environment": [],
      "session.empty": [],
    },
    ...{ "opened.environment": [], "opened.empty": [], copy: [] },
    ...{ "session.ready": [], "opened.ready": [], prepared: [] },
  };
  for (let build = 0; build <= LATER_BUILDS; build += 1) {
    if (build > 0) await pushFiles(repository.url, API_KEY, "main", { "changed.txt": `${build}\n` });
    const ms = await timeBuild(client, project.id);
    measurements[build === 0 ? "build.first" : "build.later"].push(ms);
    print(`build ${build + 1} of ${LATER_BUILDS + 1}: ${(ms / 1000).toFixed(1)} s`);
  }
  for (let build = 1; build <= LATER_BUILDS; build += 1) {
    await pushFiles(repository.url, API_KEY, "main", { "changed.txt": `again ${build}\n` });
    const ms = await timeScheduledBuild(client, project.id);
    measurements["build.incremental"].push(ms);
    print(`incremental build ${build} of ${LATER_BUILDS}: ${(ms / 1000).toFixed(1)} s`);
  }
  const { items } = await client.projects.snapshots.list(project.id);
  const layerBytes = Number(items.find(({ isActive }) => isActive)?.sizeBytes);

  const body = { prompt: NOTHING, codeRepoIds: [repository.id] };
  const bodies = { environment: { ...body, projectId: project.id }, empty: body };
  const prepared: string[] = [];
  for (let round = -1; round < RUNS; round += 1)
    for (const name of ["environment", "empty"] as const) {
      await wait(PAUSE_MS);
      const { spawnedMs, events } = await timeSpawn(world, client, () => client.session.create(bodies[name]));
      if (name === "environment") prepared.push(events[0]!.sessionId);
      if (round < 0) {
        // The first sessions warm up the mirror and the page cache, and begin the compile cache.
        await untilCompiled(world, defaultHarness.name);
        continue;
      }
      measurements[`session.${name}`].push(spawnedMs);
      measurements[`opened.${name}`].push(openedMs(events));
      print(`session ${round + 1} of ${RUNS}, ${name}: harness spawned after ${spawnedMs.toFixed(0)} ms`);
    }
  await client.projects.update(project.id, { warmPoolEnabled: true });
  for (let round = 0; round < READY_RUNS; round += 1) {
    await awaitCopy(world.dataDir);
    await settle();
    const create = () => client.session.create(bodies.environment);
    const { spawnedMs, events } = await timeSpawn(world, client, create);
    measurements["session.ready"].push(spawnedMs);
    measurements["opened.ready"].push(openedMs(events));
    print(
      `session ${round + 1} of ${READY_RUNS}, ready copy: harness spawned after ${spawnedMs.toFixed(0)} ms`,
    );
  }
  for (let round = 0; round < PREPARED_RUNS; round += 1) {
    await awaitCopy(world.dataDir);
    await settle();
    const ms = await timePrepared(world, client, bodies.environment);
    measurements.prepared.push(ms);
    print(`session ${round + 1} of ${PREPARED_RUNS}, prepared: prompt sent after ${ms.toFixed(0)} ms`);
  }
  for (let copy = 0; copy < COPIES; copy += 1)
    measurements.copy.push(await timeCopy(world.dataDir, prepared[copy]!));
  return { measurements, layerBytes };
}

/** Writes files that layers store without compression. Runs in the sandbox of the build, and has no single quotes. */
const writeDependencies = `
const { mkdirSync, writeFileSync } = require("fs");
const bytes = Math.floor(${dependencies.megabytes * 1024 ** 2} / ${dependencies.files});
for (let index = 0; index < ${dependencies.files}; index += 1) {
  const folder = "dependencies/package-" + (index % 700) + "/lib";
  if (index < 700) mkdirSync(folder, { recursive: true });
  writeFileSync(folder + "/file-" + index + ".js", require("crypto").randomBytes(bytes));
}`;

/** Returns the milliseconds from the request for a prepared session to its prompt. */
async function timePrepared(
  world: World,
  client: Tembo,
  { prompt, ...options }: Parameters<Tembo["session"]["create"]>[0],
): Promise<number> {
  const { id: preparedId } = await client.session.prepare(options);
  if (preparedId === null) throw new Error("The server prepares nothing.");
  await wait(WRITING_MS);
  const startedAt = Date.now();
  const { id } = await client.session.create({ prompt, ...options, preparedId });
  if (id !== preparedId) throw new Error("The session did not use the prepared work.");
  await world.ended(id);
  return (await promptSentAt(client, id, 1)) - startedAt;
}

/**
 * Waits until the machine has written a copy to its disk, or for a minute. The database waits for the disk meanwhile, so a
 * session that starts earlier measures the disk.
 */
async function settle(): Promise<void> {
  const limit = Date.now() + SETTLE_LIMIT_MS;
  while ((await unwrittenBytes()) > SETTLED_BYTES && Date.now() < limit) await wait(PAUSE_MS);
}

async function unwrittenBytes(): Promise<number> {
  const meminfo = await readFile("/proc/meminfo", "utf8");
  return [...meminfo.matchAll(/^(?:Dirty|Writeback): +(\d+) kB$/gm)].reduce(
    (sum, [, kilobytes]) => sum + Number(kilobytes) * 1024,
    0,
  );
}

/** Waits for a complete copy of the environment. */
async function awaitCopy(dataDir: string): Promise<void> {
  const endAt = performance.now() + READY_LIMIT_MS;
  while (performance.now() < endAt) {
    const names = await readdir(join(dataDir, "copies")).catch(() => [] as string[]);
    if (names.some((name) => name.includes(".copy-"))) return;
    await wait(PAUSE_MS);
  }
  throw new Error("No copy of the environment is ready.");
}

/** Returns the milliseconds from the claim of the turn to the start of the harness in the open sandbox. */
function openedMs(events: readonly SessionEvent[]): number {
  const at = (isIt: (event: SessionEvent) => boolean) => Date.parse(events.find(isIt)?.createdAt ?? "");
  return (
    at(({ eventData }) => eventData.type === "turn.step" && eventData.step === "work") -
    at(({ eventType }) => eventType === "turn.started")
  );
}

/** Copies the workspace of a session. */
async function timeCopy(dataDir: string, sessionId: string): Promise<number> {
  const copy = join(dataDir, "copy");
  const startedAt = performance.now();
  await run("cp", ["-a", "--reflink=auto", join(dataDir, "sessions", sessionId, "workspace"), copy]);
  const ms = performance.now() - startedAt;
  await rm(copy, { recursive: true });
  return ms;
}
