import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { enterMounts, type IdMap, overlayMount } from "./enter-mounts.ts";

const asRoot = { skip: process.getuid!() !== 0 && "needs root" };
/** First IDs on disk and on the host that no other test on this machine uses. */
const [diskId, hostId] = [990_000_000, 991_000_000];
const map: IdMap = [
  [diskId + 7, hostId, 1],
  [diskId, hostId + 1, 7],
];
const users: IdMap = [[0, hostId, 10]];

/** Creates folders, which belong to root, and returns their paths. */
function makeFolders<Name extends string>(t: TestContext, ...names: readonly Name[]): Record<Name, string> {
  const root = mkdtempSync(join(tmpdir(), "tembo-mounts-"));
  t.after(() => rmSync(root, { recursive: true }));
  chmodSync(root, 0o711);
  const folders = names.map((name): [Name, string] => [name, join(root, name)]);
  for (const [, path] of folders) mkdirSync(path);
  return Object.fromEntries(folders) as Record<Name, string>;
}

function runShell(before: readonly string[], script: string, ...args: readonly string[]): string {
  return execFileSync(before[0]!, [...before.slice(1), "sh", "-c", script, "sh", ...args], {
    encoding: "utf8",
  });
}

test("translates the owners of a folder's files", asRoot, async (t) => {
  const { source, target, closed } = makeFolders(t, "source", "target", "closed");
  for (const [name, id] of [
    ["seven", diskId + 7],
    ["three", diskId + 3],
    ["other", diskId + 8],
  ] as const) {
    writeFileSync(join(source, name), "");
    chownSync(join(source, name), id, id);
  }
  const before = enterMounts([
    { kind: "writable", map, source, target },
    { kind: "read-only", map, source, target: closed },
  ]);
  const owners = runShell(before, 'cd "$1"; stat -c "%u %g" seven three other', target).trim().split("\n");
  assert.deepEqual(
    owners,
    [hostId, hostId + 4, 65_534].map((id) => `${id} ${id}`),
  );
  const mounts = runShell(before, 'grep -E " ($1|$2) " /proc/self/mounts', target, closed);
  assert.match(mounts, /target \S+ rw,nosuid,nodev,.*\n.*closed \S+ ro,nosuid,nodev,/);
  assert.equal(lstatSync(join(source, "seven")).uid, diskId + 7, "the owner on disk stays");
});

test("becomes root of a user namespace, with no group and no right outside", asRoot, async (t) => {
  const { source } = makeFolders(t, "source");
  const file = join(source, "secret");
  writeFileSync(file, "secret");
  chmodSync(file, 0o600);
  const script =
    "id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map; grep Groups /proc/self/status; cat $1 2>&1 || :";
  const look = (before: readonly string[]) =>
    runShell(["setpriv", "--groups", "4242", "--", ...before], script, file)
      .trim()
      .split(/\s+/)
      .join(" ");
  const ids = `0 ${hostId} 10`;
  assert.match(
    look(enterMounts([], { users })),
    new RegExp(`^0 0 ${ids} ${ids} Groups: cat: .*Permission denied$`),
  );
  assert.match(look(enterMounts([])), /^0 0 0 0 4294967295 .* Groups: 4242 secret$/, "control");
});

test("creates namespaces of mounts and, if requested, of control groups", asRoot, () => {
  const changed = (before: readonly string[]) =>
    ["mnt", "cgroup", "user", "net"].filter(
      (name) =>
        runShell(before, `readlink /proc/self/ns/${name}`).trim() !== readlinkSync(`/proc/self/ns/${name}`),
    );
  assert.deepEqual(changed(enterMounts([])), ["mnt"]);
  assert.deepEqual(changed(enterMounts([], { hasOwnControlGroups: true })), ["mnt", "cgroup"]);
});

test(
  "root of a user namespace writes to the overlay that it mounts, and cannot unlock a read-only mount",
  asRoot,
  (t) => {
    const { lower, upper, work, merged, locked } = makeFolders(
      t,
      "lower",
      "upper",
      "work",
      "merged",
      "locked",
    );
    for (const path of [lower, upper, work]) chownSync(path, hostId, hostId);
    const overlay = enterMounts([overlayMount({ lowers: [lower], upper, work }, merged)]);
    const readOnly = { kind: "read-only", map: [], source: locked, target: locked } as const;
    const script =
      'echo > "$1/file"; mount -n -o remount,bind,rw "$2" 2>/dev/null && echo unlocked || echo locked';
    const write = (outer: readonly string[]) => runShell([...outer, ...overlay], script, merged, locked);
    assert.equal(write(enterMounts([readOnly], { users })), "locked\n");
    assert.equal(lstatSync(join(upper, "file")).uid, hostId);
    assert.equal(write(enterMounts([readOnly])), "unlocked\n", "control");
  },
);

test("reports a step that fails, and starts nothing", asRoot, (t) => {
  const { source, target } = makeFolders(t, "source", "target");
  const start = (before: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(before[0]!, [...before.slice(1), "echo", "started"], {
      encoding: "utf8",
      env: { LC_ALL: "C" },
    });
    return [status, stdout, stderr];
  };
  const bind = { kind: "writable", map, source, target } as const;
  const missing = join(source, "missing");
  assert.deepEqual(start(enterMounts([{ ...bind, source: missing }])), [
    ...[125, "", `Cannot open ${missing}: No such file or directory\n`],
  ]);
  assert.deepEqual(start(enterMounts([{ ...bind, target: missing }])), [
    ...[125, "", `Cannot mount ${missing}: No such file or directory\n`],
  ]);
  assert.deepEqual(start(enterMounts([{ ...bind, source: "/proc" }])), [
    ...[125, "", "Cannot restrict /proc: Invalid argument\n"],
  ]);
  const [status, stdout, stderr] = start(enterMounts([{ ...bind, map: [...map, ...map] }]));
  assert.deepEqual([status, stdout], [125, ""]);
  assert.match(String(stderr), /^Cannot write \/proc\/\d+\/uid_map: Invalid argument\n$/);
  assert.deepEqual(start(enterMounts([bind])), [0, "started\n", ""], "control");
});
