import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { findDescendants } from "./find-descendants.ts";
import { identify, type ProcessIdentity } from "./process-identity.ts";
import { goOn, standStill } from "./stand-still.ts";

/** Calls clone(2) with CLONE_VFORK. The parent waits in the kernel for the child, and the child sleeps. */
const vfork = `my $child = syscall(${process.arch === "arm64" ? 220 : 56}, 0x4011, 0, 0, 0, 0);
if ($child == 0) { syswrite(STDOUT, "up"); sleep 1000; }`;
const needsPerl = { skip: !existsSync("/usr/bin/perl") && "perl is not installed" };

async function startVfork(t: TestContext): Promise<() => ProcessIdentity[]> {
  const parent = spawn("/usr/bin/perl", ["-e", vfork], { stdio: ["ignore", "pipe", "inherit"] });
  const list = () => [identify(parent.pid!), ...findDescendants(parent.pid!)].filter((one) => one !== null);
  t.after(() => {
    for (const { pid } of list()) process.kill(pid, "SIGKILL");
  });
  await once(parent.stdout, "data");
  return list;
}

test(
  "pauses a program that waits for its child in vfork together with the child, and resumes both",
  needsPerl,
  async (t) => {
    const list = await startVfork(t);
    assert.equal(list().length, 2);
    const [parent, child] = list().map(({ pid }) => pid);
    const readState = (pid: number) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1];
    const stopped = new Map<number, ProcessIdentity>();
    assert.equal(await standStill(list, stopped), true);
    assert.deepEqual([...stopped.keys()].sort(), [parent, child].sort());
    assert.deepEqual([readState(parent!), readState(child!)], ["D", "T"]);
    goOn(stopped);
    assert.equal(readState(child!) === "T", false);
  },
);

test("checks again if the child of a waiting program was not listed yet", needsPerl, async (t) => {
  const list = await startVfork(t);
  const looks: number[] = [];
  const parentFirst = () => {
    const found = looks.length === 0 ? list().slice(0, 1) : list();
    looks.push(found.length);
    return found;
  };
  const stopped = new Map<number, ProcessIdentity>();
  assert.equal(await standStill(parentFirst, stopped), true);
  assert.equal(stopped.size, 2, `the looks returned ${looks.join(", ")}`);
});
