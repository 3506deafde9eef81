import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { idsOfRoot } from "../../core/base/index.ts";
import type { Sandbox } from "../../core/turns/index.ts";
import { pidsOfUsers } from "../disk/pids-of-users.ts";
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
import { openTestSystem, systemOf } from "../testing/test-system.ts";

const asRoot = { skip: process.getuid!() !== 0 && "needs root" };
const { layers } = await openTestSystem();
const system = await systemOf("root");

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

test("understands the options of sudo, and rejects unknown ones", asRoot, async (t) => {
  const { sandbox } = await setUp(t);
  await shell(sandbox, "echo kept:x:2000: >> /etc/group");
  const who = "sh -c 'echo $(id -u):$(id -g):$HOME'";
  const outcomes = {
    [`sudo -n ${who}`]: "0:0:/home/tembo",
    [`sudo -u root ${who}`]: "0:0:/home/tembo",
    [`sudo -u '#0' -- ${who}`]: "0:0:/home/tembo",
    [`sudo -u guest ${who}`]: "1000:1000:/",
    [`sudo -Hu guest ${who}`]: "1000:1000:/",
    [`sudo -nu guest ${who}`]: "1000:1000:/",
    [`sudo -u'guest' ${who}`]: "1000:1000:/",
    [`sudo -u '#1000' ${who}`]: "1000:1000:/",
    [`sudo --user=guest --group kept ${who}`]: "1000:2000:/",
    [`sudo -g '#2000' ${who}`]: "0:2000:/home/tembo",
    "sudo -iu guest id -u": "1000",
    "sudo -D /var/tmp pwd": "/var/tmp",
    "sudo --chdir=/var/tmp pwd": "/var/tmp",
    "sudo -s echo 'a;' '$((1 + 1))' 'b  c'": "a; $((1 + 1)) b  c",
    "sudo -s 'echo a; echo b'": "127",
    "echo 'echo piped' | sudo -s": "piped",
    "sudo -E A=1 B='2 3' env | grep '^[AB]=' | sort | tr '\\n' ,": "A=1,B=2 3,",
    "sudo -v && sudo -k && echo valid": "valid",
    "sudo -h; echo $?": "sudo: The option -h is not supported in this sandbox. 1",
    "sudo --host=x id; echo $?": "sudo: The option --host=x is not supported in this sandbox. 1",
    "sudo -nU guest id": "sudo: The option -U is not supported in this sandbox.",
    "sudo -u nobody-here id": "sudo: The user nobody-here does not exist.",
    "sudo -u": "sudo: The option -u needs a value.",
    "sudo -n": "sudo: A command is missing.",
    "sudo -- -x 2>&1 >/dev/null | grep -o -e -x": "-x",
  };
  for (const [script, expected] of Object.entries(outcomes)) {
    const { code, stdout, stderr } = await shell(sandbox, script);
    const found = stdout === "" && !stderr.startsWith("sudo: ") ? String(code) : `${stderr}${stdout}`;
    assert.equal(found.trim().replaceAll("\n", " "), expected, script);
  }
});

test("runs with IDs of its own, which only its sockets have on disk", asRoot, async (t) => {
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
  // The sandbox stops before its listener is closed.
  const listener = await sandbox.forward("model").listen((connection) => void connection.destroy());
  afterwards(t, () => listener.close());
  const { socketsPath } = foldersOf(dataDir);
  const owned = filesOf(dataDir, mine);
  assert.ok(owned.length > 0, "control");
  assert.deepEqual(
    owned.filter((path) => !path.startsWith(`${socketsPath}/`)),
    [],
  );
  await sandbox.stop();
  assert.deepEqual(filesOf(dataDir, mine), []);
  assert.deepEqual(pidsOfUsers(mine, idsOfRoot), []);
  const again = await provider.create({ ...specOf(3), system });
  afterwards(t, () => again.stop());
  // Lower IDs may have become free meanwhile, because sandboxes of other processes use them too.
  assert.ok((await firstIdOf(again)) <= mine, "the IDs are free again");
});

test("has the capabilities that package managers need, over its own IDs", asRoot, async (t) => {
  const { sandbox } = await setUp(t);
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

/** Returns the files in a folder whose owner or group is one of a sandbox's IDs. */
function filesOf(folder: string, firstId: number): readonly string[] {
  const [above, below] = [`+${firstId - 1}`, `-${firstId + idsOfRoot}`];
  const tests = ["(", "-uid", above, "-uid", below, ")", "-o", "(", "-gid", above, "-gid", below, ")"];
  const found = execFileSync("find", [folder, ...tests], { encoding: "utf8" });
  return found.split("\n").filter(Boolean);
}

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
