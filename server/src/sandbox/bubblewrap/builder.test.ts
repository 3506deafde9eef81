import assert from "node:assert/strict";
import { chmodSync, lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { idsOfRoot } from "../../core/base/index.ts";
import { architectures } from "../seccomp/system-calls.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import {
  foldersOf,
  makeDataDir,
  ownerOf,
  run,
  shell,
  specOf,
  testRootUidBase,
} from "../testing/run-in-sandbox.ts";
import type { BubblewrapOptions } from "./create-bubblewrap.ts";
import { problemOfSystem } from "./require-system-support.ts";

const asRoot = { skip: process.getuid!() !== 0 && "needs root" };
const firstIdOnDisk = 900_000;
const { mount, unshare } = architectures[process.arch]!.examined;
const flag = { bind: 0x1000, remount: 0x20, readOnly: 1, private: 0x40000, move: 0x2000, magic: 0xc0ed0000 };

/** Perl expression that is true if the call of mount succeeds. */
const mounting = (source: string, target: string, type: string, flags: number) =>
  // syscall modifies its strings, so they cannot be constants.
  `do { my @a = (${source}, "${target}", ${type}); syscall(${mount}, $a[0], $a[1], $a[2], ${flags}, 0) == 0 }`;
const tmpfs = (flags: number) => mounting('"none"', "/tmp/at", '"tmpfs"', flags);

/** Attacks that succeed without the system call filter. */
const attacks: readonly (readonly [name: string, expression: string])[] = [
  ["a new file system", tmpfs(0)],
  ["a new file system, with the number that old programs add", tmpfs(flag.magic)],
  ["a new file system, with flags that have no effect", tmpfs(0x200000 | flag.readOnly)],
  ["other options of a file system", mounting('"none"', "/tmp", "0", flag.remount)],
  [
    "other options of a file system, with a flag of propagation",
    mounting('"none"', "/tmp", "0", flag.remount | flag.private),
  ],
  ["a user namespace", `syscall(${unshare}, 0x10000000) == 0`],
  ["a network namespace", `syscall(${unshare}, 0x40000000) == 0`],
  ["a process namespace", `syscall(${unshare}, 0x20000000) == 0`],
];

test("runs as root with IDs of its own, with the programs of the machine", asRoot, async (t) => {
  const { sandbox, dataDir } = await setUp(t);
  const script = "id -u; echo x > root; echo x > other; chown 27 other; ls -A /sys; cat /proc/self/uid_map";
  const { stdout, stderr } = await shell(sandbox, script);
  const [, firstId, count] = /^0\n\s*0\s+(\d+)\s+(\d+)\n$/.exec(stdout) ?? [];
  assert.ok(Number(firstId) >= testRootUidBase, stdout + stderr);
  assert.equal(Number(count), idsOfRoot);
  const { workspacePath } = foldersOf(dataDir);
  assert.equal(lstatSync(join(workspacePath, "root")).uid, ownerOf("bubblewrap").uid);
  assert.equal(lstatSync(join(workspacePath, "other")).uid, firstIdOnDisk + 27);
});

test("can bind mounts, but cannot mount file systems or create other namespaces", asRoot, async (t) => {
  const [{ sandbox }, { sandbox: open }] = [await setUp(t), await setUp(t, { hasFilter: false })];
  const attempt = async (where: typeof sandbox, expression: string) => {
    const perl = `mkdir "/tmp/at"; print +(${expression}) ? "works" : $! + 0`;
    return (await run(where, ["perl", "-e", perl])).stdout;
  };
  for (const [name, expression] of attacks) {
    assert.equal(await attempt(sandbox, expression), "1", name);
    assert.equal(await attempt(open, expression), "works", `control: ${name}`);
  }
  for (const [name, expression] of [
    ["a bind mount", mounting('"/workspace"', "/tmp/at", "0", flag.bind)],
    ["a private mount", mounting('"none"', "/tmp/at", "0", flag.private)],
    ["a namespace for mounts and for the host name", `syscall(${unshare}, 0x04020000) == 0`],
  ] as const)
    assert.equal(await attempt(sandbox, expression), "works", name);
  assert.equal(await attempt(sandbox, mounting('"/tmp/at"', "/tmp/at", "0", flag.move)), "1", "a move");
});

test("cannot make the machine's files writable", asRoot, async (t) => {
  const script = (path: string) =>
    `print +(${mounting('"none"', path, "0", flag.remount | flag.bind)}) ? "works" : $! + 0`;
  const [{ sandbox }, { sandbox: open }] = [await setUp(t), await setUp(t, { hasLockedMounts: false })];
  for (const path of ["/usr", "/etc/hosts", "/run/tembo/init", "/run/tembo/sockets"]) {
    assert.equal((await run(sandbox, ["perl", "-e", script(path)])).stdout, "1", path);
    assert.equal((await run(open, ["perl", "-e", script(path)])).stdout, "works", `control: ${path}`);
  }
  const { stdout } = await shell(sandbox, "ls /root /etc/shadow /var/lib 2>/dev/null; echo done");
  assert.equal(stdout, "done\n");
});

test("makes the folder read-only that a read-only path leads to", asRoot, async (t) => {
  const folder = await makeDataDir(t);
  const [real, link] = [join(folder, "real"), join(folder, "link")];
  chmodSync(folder, 0o755);
  mkdirSync(real, { mode: 0o777 });
  chmodSync(real, 0o777);
  symlinkSync(real, link);
  const { sandbox } = await setUp(t, {}, [real, link]);
  const command = `touch ${link}/a 2>&1; mount -n -o remount,bind,rw ${real} 2>&1; touch ${real}/a 2>&1; ls ${real}`;
  const { stdout } = await shell(sandbox, command);
  assert.equal(stdout.match(/Read-only file system/g)?.length, 2, stdout);
});

test("needs a server that is root", () => {
  assert.match(problemOfSystem("builder", false, "0.8.0")!.detail, /Building an image needs 65,536 user IDs/);
  assert.equal(problemOfSystem("builder", true, "0.8.0"), null);
});

async function setUp(
  t: TestContext,
  options: Partial<BubblewrapOptions> = {},
  readOnlyPaths: readonly string[] = [],
) {
  const dataDir = await makeDataDir(t);
  const mount = () => Promise.reject(new Error("A builder has no layers."));
  const layers = { mount, firstId: firstIdOnDisk };
  const provider = await makeProvider("bubblewrap", dataDir, { ...options, layers });
  const sandbox = await provider.create({ ...specOf(1, readOnlyPaths), system: { profile: "builder" } });
  afterwards(t, () => sandbox.stop());
  return { sandbox, dataDir };
}
