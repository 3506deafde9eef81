import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { startFromStarter } from "../../starter/start-from-starter.ts";
import { identify } from "../processes/process-identity.ts";
import { settingsOf } from "./control-files.ts";
import { explainHits } from "./explain-hits.ts";
import { findControllers } from "./find-controllers.ts";
import { LimitGroup, type Parents } from "./limit-group.ts";
import { findProblems, openParents } from "./open-parents.ts";
import { createSessionLimits } from "./session-limits.ts";

const limits = { cpus: 1.5, memoryBytes: 512 * 1024 ** 2, processes: 100, diskBytes: 1e9, files: 1e6 };

/**
 * Path of the version 2 hierarchy, with or without controllers, or undefined. On a machine with both versions, this hierarchy has no
 * controllers.
 */
const secondTree = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) =>
  existsSync(join(path, "cgroup.controllers")),
);
const withSecondTree = {
  skip: (secondTree === undefined || process.getuid!() !== 0) && "needs root and a cgroup v2 hierarchy",
};

test("finds a tree for each controller of cgroup v1, and the current process's group in it", () => {
  const found = findControllers(
    files({
      "/proc/self/mountinfo": [
        "30 20 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
        "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        "32 30 0:28 /docker/1 /sys/fs/cgroup/memory\\040here rw - cgroup cgroup rw,memory",
        "33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
      ],
      "/proc/self/cgroup": ["3:cpu,cpuacct:/a", "2:memory:/docker/1/b", "0::/"],
      "/sys/fs/cgroup/unified/cgroup.controllers": [""],
    }),
  );
  assert.deepEqual(
    [...found].map(([resource, { version, ownPath }]) => [resource, version, ownPath]),
    [
      ["memory", 1, "/sys/fs/cgroup/memory here/b"],
      ["cpu", 1, "/sys/fs/cgroup/cpu,cpuacct/a"],
    ],
  );
});

test("finds the single tree of cgroup v2, even from inside a container", () => {
  const mount = "33 30 0:29 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
  const found = (group: string, folder: string) =>
    findControllers(
      files({
        "/proc/self/mountinfo": [mount],
        "/proc/self/cgroup": [`0::${group}`],
        [`${folder}/cgroup.controllers`]: ["cpuset cpu io memory pids"],
      }),
    ).get("memory");
  const service = "/sys/fs/cgroup/system.slice/tembo.service";
  assert.deepEqual(found("/system.slice/tembo.service", service), {
    version: 2,
    mountPath: "/sys/fs/cgroup",
    ownPath: service,
  });
  assert.equal(found("/", "/sys/fs/cgroup")?.ownPath, "/sys/fs/cgroup");
  assert.equal(found("/../../other", "/sys/fs/cgroup")?.ownPath, "/sys/fs/cgroup");
});

test("writes limits to cgroup v2, and reads how often they were reached", async (t) => {
  const path = await makeFolder(t);
  // Replaces the kernel's hierarchy, because no machine has the memory, pids and cpu controllers in both versions.
  const parents: Parents = new Map(
    (["memory", "processes", "cpu"] as const).map((resource) => [resource, { version: 2, path }]),
  );
  const group = new LimitGroup(parents, "one", limits);
  assert.deepEqual(group.hits(), { memory: 0, processes: 0 });
  const { errors } = await start(group, ["true"]);
  assert.equal(errors, "");
  const read = (file: string) => readFileSync(join(path, "one", file), "utf8");
  assert.equal(read("memory.max"), String(512 * 1024 ** 2));
  assert.equal(read("pids.max"), "100");
  assert.equal(read("cpu.max"), "150000 100000");
  assert.ok(!existsSync(join(path, "one", "memory.swap.max")), "the swap limit is optional");
  assert.equal(read("cgroup.procs"), "0", "it joins the only hierarchy");
  writeFileSync(join(path, "one", "cgroup.procs"), "0\n12\n13\n");
  assert.deepEqual(group.processes(), [12, 13], "omits a process outside this process namespace");
  assert.deepEqual(group.hits(), { memory: 0, processes: 0 });
  writeFileSync(
    join(path, "one", "memory.events"),
    "low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\noom_group_kill 0\n",
  );
  writeFileSync(join(path, "one", "pids.events"), "max 3\n");
  assert.deepEqual(group.hits(), { memory: 1, processes: 3 });
  rmSync(join(path, "one"), { recursive: true });
  assert.deepEqual(group.hits(), { memory: 1, processes: 3 }, "remembered");
});

test("gives a sandbox a lower CPU weight than the server in cgroup v2", () => {
  const values = new Map(settingsOf(2, "cpu", limits).map(({ file, value }) => [file, value]));
  assert.equal(values.get("cpu.weight"), "20");
  assert.equal(values.get("cpu.max"), "150000 100000");
});

test("delegates the controllers of cgroup v2 to a child group", async (t) => {
  const path = await makeFolder(t);
  writeFileSync(join(path, "cgroup.controllers"), "cpuset cpu io memory pids\n");
  const controllers = new Map([["memory", { version: 2, mountPath: path, ownPath: path }]] as const);
  const { parents, problems } = openParents("tembo-test-server", controllers);
  assert.deepEqual(parents.get("memory"), { version: 2, path });
  assert.equal(readFileSync(join(path, "cgroup.subtree_control"), "utf8"), "+memory +pids +cpu");
  assert.deepEqual([...problems.keys()], ["processes", "cpu"]);
});

test("kills the processes in a cgroup v2 group, and removes the group", withSecondTree, async () => {
  const name = `tembo-test-${process.pid}`;
  const group = new LimitGroup(new Map([["memory", { version: 2, path: secondTree! }]]), name, limits);
  // This hierarchy may have no controllers, so the files of the limits may be missing.
  const { folders, settings } = group.setup;
  const program = startFromStarter({
    argv: ["sh", "-c", "sleep 100 & echo up; wait"],
    env: { PATH: "/usr/bin:/bin" },
    groups: { folders, settings: settings.filter(({ path }) => path.endsWith("cgroup.procs")) },
    streams: [1],
  });
  await once(program.streams[0]!, "data");
  assert.equal(group.processes().length, 2, "control: the group has the process and its child");
  assert.ok(await group.remove());
  assert.deepEqual(await program.ended, { code: null, signal: "SIGKILL" });
  assert.ok(!existsSync(join(secondTree!, name)));
});

test("does not start a program if its limits cannot be applied", async (t) => {
  const path = join(await makeFolder(t), "missing");
  const group = new LimitGroup(new Map([["memory", { version: 2, path }]]), "one", limits);
  const { output, errors, end } = await start(group, ["echo", "ran"]);
  assert.deepEqual([output, end], ["", { code: 125, signal: null }]);
  assert.match(errors, /missing\/one: No such file or directory/);
});

test("removes the groups of exited servers, at most once a minute", async (t) => {
  const path = await makeFolder(t);
  const dataDir = await makeFolder(t);
  let nowMs = 0;
  const limitSession = createSessionLimits({
    dataDir,
    log: { info() {}, warn() {}, error() {} },
    parents: new Map([["memory", { version: 2, path }]]),
    nowMs: () => nowMs,
  });
  const { groups } = await limitSession("mine", limits);
  const own = groups.folders[0]!;
  mkdirSync(own);
  const prefix = /^.*?tembo-[0-9a-f]{12}/.exec(own)![0];
  const { startTime } = identify(process.pid)!;
  const [first, second] = [`${prefix}.one.${process.pid}.1${startTime}.1`, `${prefix}.two.4194305.1.1`];
  const others = [`${prefix}-server`, join(path, "tembo-other.one.4194305.1.1")];
  for (const folder of [first, second, ...others]) mkdirSync(folder);
  nowMs = 59_999;
  await limitSession("next", limits);
  assert.ok(existsSync(first), "control: a minute has not passed");
  nowMs = 60_000;
  await limitSession("next", limits);
  assert.deepEqual([first, second, own, ...others].map(existsSync), [false, false, true, true, true]);
});

test("reports why control groups are unavailable, without failing", async (t) => {
  const readOnly = { version: 1, mountPath: "/proc/sys", ownPath: "/proc/no-such-folder" } as const;
  const controllers = new Map([["memory", readOnly]] as const);
  for (const problems of [
    openParents("tembo-test-server", controllers).problems,
    findProblems(controllers),
  ]) {
    assert.match(problems.get("memory")!, /no-such-folder/);
    assert.match(problems.get("cpu")!, /kernel has/);
  }
  t.diagnostic(`this machine: ${[...findProblems()].join("; ") || "no problems"}`);
});

test("reports the limit that was reached and the setting to change", () => {
  assert.equal(explainHits({ memory: 0, processes: 0 }, limits), null);
  assert.match(explainHits({ memory: 1, processes: 0 }, limits)!, /512 MiB.*Choose a larger sandbox size/);
  assert.match(
    explainHits({ memory: 1, processes: 2 }, limits)!,
    /larger sandbox size.* 100 .*TEMBO_SANDBOX_MAX_PROCESSES/,
  );
});

function files(texts: Record<string, readonly string[]>): (path: string) => string {
  return (path) => {
    if (texts[path] === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
    return texts[path].join("\n");
  };
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-cgroup-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program in a group. Returns its output, error output and end. */
async function start(group: LimitGroup, argv: readonly string[]) {
  const { streams, ended } = startFromStarter({
    argv,
    env: { PATH: "/usr/bin:/bin" },
    groups: group.setup,
    streams: [1, 2],
  });
  const [output, errors, end] = await Promise.all([text(streams[0]!), text(streams[1]!), ended]);
  return { output, errors, end };
}
