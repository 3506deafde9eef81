import assert from "node:assert/strict";
import { lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Sandbox } from "../../core/turns/index.ts";
import { pidsOfUsers } from "../disk/pids-of-users.ts";
import { testSandboxContract } from "../sandbox-contract.ts";
import { idsOfRoot } from "../system/root-ids.ts";
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
import { makeWithSystem, openTestSystem, systemOf } from "../testing/test-system.ts";

const isRoot = process.getuid!() === 0;
const asRoot = { skip: !isRoot && "needs root" };
const { layers } = await openTestSystem();
const system = await systemOf("root");

if (isRoot)
  testSandboxContract("bubblewrap", {
    make: await makeWithSystem("root"),
    variant: "bubblewrap, image, root",
  });

test("is root over the image, and keeps what it changes", asRoot, async (t) => {
  const { sandbox, provider } = await setUp(t);
  const script = `set -e
    id -u; echo changed > /etc/image; mkdir -p /opt/app; chown 1000:1000 /opt/app; chmod 4755 /opt/app
    sudo -n -u root sh -c 'echo sudo $(id -u)'; setpriv --reuid 1000 --regid 1000 --clear-groups id -u; rm /usr/bin/curl`;
  const first = await shell(sandbox, script);
  assert.equal(first.stdout, "0\nsudo 0\n1000\n", first.stderr);
  await sandbox.stop();
  const next = await provider.create({ ...specOf(), system });
  afterwards(t, () => next.stop());
  const { stdout } = await shell(
    next,
    "cat /etc/image; stat -c '%u %a' /opt/app; ls /usr/bin/curl || echo removed",
  );
  assert.equal(stdout, "changed\n1000 4755\nremoved\n");
});

test("runs with IDs of its own, which no file on disk has", asRoot, async (t) => {
  const { sandbox, provider, dataDir } = await setUp(t);
  const other = await provider.create({ ...specOf(2), system });
  afterwards(t, () => other.stop());
  const [mine, others] = [await firstIdOf(sandbox), await firstIdOf(other)];
  assert.ok(mine >= testRootUidBase && Math.abs(mine - others) >= idsOfRoot);
  await shell(sandbox, "echo x > root; echo x > guest; chown 1000 guest; echo x > /file");
  const { workspacePath, ownPath } = foldersOf(dataDir);
  assert.equal(lstatSync(join(workspacePath, "root")).uid, ownerOf("bubblewrap").uid);
  assert.equal(lstatSync(join(workspacePath, "guest")).uid, layers.firstId + 1000);
  const upper = join(ownPath, "system");
  assert.equal((await shell(sandbox, "stat -c %u /file")).stdout, "0\n");
  assert.equal(lstatSync(await findFile(upper)).uid, layers.firstId);
  await sandbox.stop();
  assert.deepEqual(pidsOfUsers(mine, idsOfRoot), []);
  const again = await provider.create({ ...specOf(3), system });
  afterwards(t, () => again.stop());
  assert.equal(await firstIdOf(again), mine, "the IDs are free again");
});

test("has no rights over the machine", asRoot, async (t) => {
  const { sandbox, dataDir } = await setUp(t);
  writeFileSync(join(dataDir, "secret"), "of the host", { mode: 0o644 });
  const attempts = {
    mount: "mount -t tmpfs none /mnt; mkdir -p /mnt; mount --bind /etc /mnt",
    unshare: "unshare --user true; unshare --mount true",
    device: "mknod /file c 1 1 || mknod /dev/shm/x b 254 0",
    hostname: "hostname other",
    remount: "mount -o remount,rw /proc/sys",
    kernel: "echo 1 > /proc/sys/kernel/sysrq; echo b > /proc/sysrq-trigger",
    host: `cat ${dataDir}/secret; ls ${dataDir}/sessions`,
    init: "kill -9 1; cat /proc/1/environ; ls -l /proc/1/cwd/",
  };
  for (const [name, script] of Object.entries(attempts)) {
    const { code, stdout } = await shell(sandbox, `(${script}) && echo done`);
    if (name !== "init") assert.notEqual(code, 0, name);
    assert.doesNotMatch(stdout, /of the host|done/, name);
  }
  assert.equal((await shell(sandbox, "(true) && echo done")).stdout, "done\n", "control");
  const addKey = process.arch === "arm64" ? 217 : 248;
  const keys = `import ctypes; print(ctypes.CDLL(None).syscall(${addKey}, b"user", b"name", b"data", 4, -3))`;
  assert.equal((await run(sandbox, ["python3", "-c", keys])).stdout, "-1\n");
  const { stdout } = await shell(sandbox, "cat /proc/self/status /proc/self/uid_map");
  // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, SYS_CHROOT and SETFCAP.
  assert.match(stdout, /^CapBnd:\s00000000800405fb$/m);
  assert.match(stdout, /^NoNewPrivs:\s1$/m);
  assert.match(stdout, new RegExp(`^\\s+0\\s+\\d+\\s+${idsOfRoot}$`, "m"));
});

test("puts its mount points back if a program replaced them", asRoot, async (t) => {
  const { sandbox, provider, dataDir } = await setUp(t);
  await shell(sandbox, "echo x > /file");
  await sandbox.stop();
  const upper = (await findFile(join(foldersOf(dataDir).ownPath, "system"))).slice(0, -"/file".length);
  for (const name of ["workspace", "home", "run"]) symlinkSync("/oldroot/etc", join(upper, name));
  const next = await provider.create({ ...specOf(), system });
  afterwards(t, () => next.stop());
  assert.equal(
    (await shell(next, "echo kept > /workspace/x; stat -c %F /workspace /home /run | sort -u")).stdout,
    "directory\n",
  );
  assert.equal(readFileSync(join(foldersOf(dataDir).workspacePath, "x"), "utf8"), "kept\n");
});

async function firstIdOf(sandbox: Sandbox): Promise<number> {
  return Number(/^\s*0\s+(\d+)/.exec((await run(sandbox, ["cat", "/proc/self/uid_map"])).stdout)![1]);
}

/** Returns the host path of /file in the changes of a system. */
async function findFile(folder: string): Promise<string> {
  const { globSync } = await import("node:fs");
  return globSync(join(folder, "*/changes/upper/file"))[0]!;
}

async function setUp(t: TestContext) {
  const dataDir = await makeDataDir(t);
  const provider = await makeProvider("bubblewrap", dataDir, { layers });
  const sandbox = await provider.create({ ...specOf(), system });
  afterwards(t, () => sandbox.stop());
  return { dataDir, provider, sandbox };
}
