import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { anEnvironment } from "../../../testing/seed-project.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { newId, paths } from "../../base/index.ts";
import { claimBuild, completeBuild, requestBuild } from "../../sessions/index.ts";
import { aProject } from "../../sessions/project/testing/a-project.ts";
import type { TurnsPorts } from "../ports.ts";
import type { SandboxSpec } from "../sandbox/sandbox.ts";
import { makingName, parseCopyName, readyName } from "./copy-names.ts";
import { EnvironmentCopyPool, type EnvironmentCopyPoolOptions } from "./environment-copy-pool.ts";

let t: TestStore;
const dataDir = mkdtempSync(join(tmpdir(), "tembo-copies-"));
const bootId = "0a1b2c3d";

before(async () => {
  t = await openTestStore();
});
afterEach(async () => {
  await t.database.pool.query("update projects set keeps_warm = false");
  for (const folder of ["copies", "sessions"])
    rmSync(join(dataDir, folder), { recursive: true, force: true });
});
after(async () => {
  rmSync(dataDir, { recursive: true });
  await t.drop();
});

/** Creates a pool whose sandboxes write one file in each folder. */
function aPool({
  importFile = (path) => writeFileSync(join(path, "file"), "unpacked"),
  hasLayers = true,
  ...change
}: Partial<EnvironmentCopyPoolOptions> & {
  readonly importFile?: (path: string, signal: AbortSignal) => unknown;
  readonly hasLayers?: boolean;
} = {}) {
  const logged: string[] = [];
  const priorities: unknown[] = [];
  const owners: number[] = [];
  const log = (_: object, message: string) => void logged.push(message);
  const ports = {
    store: t.store,
    clock: t.clock,
    log: { info: log, warn: log, error: log },
    settings: {
      dataDir,
      machine: { cpus: 2, memoryBytes: 1024 ** 3 },
      platform: anEnvironment().platform,
    },
    workspaceFiles,
    workspaces: { measure: async () => 1_000 },
    layers: async () => ({ find: async () => (hasLayers ? {} : null), readFolder: () => null }),
    sandboxes: {
      clear: async () => {},
      create: async ({ workspace: { sessionId, sessionNumber } }: SandboxSpec) => {
        owners.push(sessionNumber);
        return {
          importFolder: async (
            folder: "workspace" | "home",
            _: unknown,
            signal: AbortSignal,
            priority: unknown,
          ) => {
            priorities.push(priority);
            const path = paths[folder](dataDir, sessionId);
            mkdirSync(path, { recursive: true });
            await importFile(path, signal);
          },
          stop: async () => {},
        };
      },
    },
  } as unknown as TurnsPorts;
  const workerId = newId();
  const pool = new EnvironmentCopyPool({
    ...{ workerId, bootId, maxBytes: 10_000 },
    ports: () => ports,
    isBusy: () => false,
    ...change,
  });
  return { pool, ports, workerId, logged, priorities, owners };
}

async function aWarmProject() {
  t.clock.set(new Date(t.clock.now().getTime() + 1_000));
  const project = aProject({ organizationId: t.organizationId, keepsWarm: true });
  await t.store.projects.insert(project);
  return { project, snapshotId: await built(project) };
}

async function built(project: ReturnType<typeof aProject>): Promise<string> {
  await requestBuild(t, project, {});
  return completeBuild(t, (await claimBuild(t, "worker"))!, anEnvironment());
}

const names = () => (existsSync(join(dataDir, "copies")) ? readdirSync(join(dataDir, "copies")).sort() : []);
/** Lists the environments of the complete copies, and the names of everything else in the folder. */
const copies = () =>
  names().map((name) => {
    const parsed = parseCopyName(name);
    return parsed.kind === "ready" && parsed.bootId === bootId ? parsed.snapshotId : name;
  });
const target = () => join(dataDir, "sessions", newId());

test("creates one copy at a time, with low priority, and gives each copy to one caller", async () => {
  const older = await aWarmProject();
  const newer = await aWarmProject();
  const { pool, priorities, owners } = aPool();
  await pool.tend();
  assert.deepEqual(copies(), [newer.snapshotId]);
  assert.deepEqual(priorities, ["idle", "idle"]);
  await pool.tend();
  assert.deepEqual(copies(), [older, newer].map(({ snapshotId }) => snapshotId).sort());
  assert.deepEqual(readdirSync(join(dataDir, "sessions")), []);

  const places = [target(), target(), target()];
  const other = aPool().pool;
  const taken = await Promise.all(
    places.map((place, index) => (index === 1 ? other : pool).take(newer.snapshotId, place)),
  );
  const [sessionNumber, ...others] = taken.filter((one) => one !== null);
  assert.deepEqual(others, []);
  assert.equal(sessionNumber, owners[0]);
  const place = places[taken.indexOf(sessionNumber!)]!;
  for (const folder of ["workspace", "home"])
    assert.equal(readFileSync(join(place, folder, "file"), "utf8"), "unpacked");
  assert.deepEqual(copies(), [older.snapshotId]);
  await pool.tend();
  assert.notEqual(await pool.take(newer.snapshotId, target()), null);
});

test("creates no copy while the worker is busy, without the layers, or if the limit is 0", async () => {
  await aWarmProject();
  for (const change of [{ isBusy: () => true }, { hasLayers: false }, { maxBytes: 0 }]) {
    const { pool } = aPool(change);
    await pool.tend();
    assert.deepEqual(copies(), []);
  }
});

test("removes the copy of an environment that is no longer active or whose project was deleted", async () => {
  const replaced = await aWarmProject();
  const deleted = await aWarmProject();
  const { pool } = aPool();
  await pool.tend();
  await pool.tend();
  assert.equal(copies().length, 2);
  const next = await built(replaced.project);
  await t.store.projects.update({ ...deleted.project, archivedAt: t.clock.now() });
  await pool.tend();
  assert.deepEqual(copies(), [next]);
});

test("removes the copies of the oldest environments beyond the limit", async () => {
  const older = await aWarmProject();
  const newer = await aWarmProject();
  await aPool().pool.tend();
  await aPool().pool.tend();
  assert.equal(copies().length, 2);
  const { pool } = aPool({ maxBytes: 1_500 });
  await pool.tend();
  assert.deepEqual(copies(), [newer.snapshotId], older.snapshotId);
});

test("removes copies of an earlier boot, and what killed workers left", async () => {
  const { snapshotId } = await aWarmProject();
  const lost = newId();
  const running = newId();
  await t.database.pool.query(
    "insert into workers (id, host, started_at, heartbeat_at) values ($1, 'host', now(), now())",
    [running],
  );
  for (const name of [
    readyName({ snapshotId, bootId: "ffffffff", sessionNumber: 7 }),
    makingName(lost),
    makingName(running),
    "x.removed",
  ])
    mkdirSync(join(dataDir, "copies", name), { recursive: true });
  for (const id of [lost, running])
    mkdirSync(paths.workspace(dataDir, paths.copying(id)), { recursive: true });
  const { pool } = aPool({ isBusy: () => true });
  assert.equal(await pool.take(snapshotId, target()), null);
  await pool.tend();
  assert.deepEqual(copies(), [makingName(running)]);
  assert.deepEqual(readdirSync(join(dataDir, "sessions")), [paths.copying(running)]);
});

test("waits while another worker creates a copy, but not for its own mark of an earlier attempt", async () => {
  const { snapshotId } = await aWarmProject();
  const running = newId();
  await t.database.pool.query(
    "insert into workers (id, host, started_at, heartbeat_at) values ($1, 'host', now(), now())",
    [running],
  );
  const { pool, workerId } = aPool();
  const markOf = (id: string) => join(dataDir, "copies", makingName(id));
  for (const id of [running, workerId]) mkdirSync(markOf(id), { recursive: true });
  await pool.tend();
  assert.deepEqual(copies(), [makingName(running)]);
  rmSync(markOf(running), { recursive: true });
  await pool.tend();
  assert.deepEqual(copies(), [snapshotId]);
});

test("does not count a copy that a session takes while its size is measured", async () => {
  const { snapshotId } = await aWarmProject();
  await aPool().pool.tend();
  const { pool, ports } = aPool({ isBusy: () => true });
  Object.assign(ports.workspaces, {
    measure: async () => {
      await pool.take(snapshotId, target());
      throw new Error("no such folder");
    },
  });
  await pool.tend();
  assert.deepEqual(copies(), []);
  await aPool().pool.tend();
  Object.assign(ports.workspaces, { measure: () => Promise.reject(new Error("cannot be measured")) });
  await assert.rejects(pool.tend(), { message: "cannot be measured" });
});

test("leaves nothing of a copy that failed, and retries it after ten minutes", async () => {
  const { snapshotId } = await aWarmProject();
  let fails = true;
  const { pool, logged } = aPool({
    importFile: (path) => {
      writeFileSync(join(path, "file"), "half");
      if (fails && path.endsWith("home")) throw new Error("no space left");
    },
  });
  await pool.tend();
  fails = false;
  await pool.tend();
  assert.deepEqual([copies(), readdirSync(join(dataDir, "sessions"))], [[], []]);
  assert.equal(logged.filter((line) => line.includes("could not be created")).length, 1);
  t.clock.set(new Date(t.clock.now().getTime() + 10 * 60_000));
  await pool.tend();
  assert.deepEqual(copies(), [snapshotId]);
});

test("ends the creation of a copy when the worker stops", async () => {
  await aWarmProject();
  const begun = Promise.withResolvers<void>();
  const { pool } = aPool({
    importFile: (_, signal) => {
      begun.resolve();
      return rejectOnAbort(new Promise(() => {}), signal);
    },
  });
  const tending = pool.tend();
  await begun.promise;
  await pool.close();
  await tending;
  assert.deepEqual([copies(), readdirSync(join(dataDir, "sessions"))], [[], []]);
  await pool.tend();
  assert.deepEqual(copies(), []);
});
