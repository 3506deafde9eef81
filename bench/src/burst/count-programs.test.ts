import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { canTrace, countPrograms, startedPrograms } from "./count-programs.ts";

test("counts each program that started, once", () => {
  const trace = [
    '10 execve("/usr/bin/git", ["git", "status"], 0x1 /* 9 vars */) = 0',
    '11 execve("/opt/bin/sh", ["sh"], 0x2 /* 9 vars */) = -1 ENOENT (No such file or directory)',
    '12 execve("/usr/bin/sh", ["sh"], 0x2 /* 9 vars */ <unfinished ...>',
    "10 +++ exited with 0 +++",
    "12 <... execve resumed>) = 0",
    "13 <... execve resumed>) = -1 ENOENT (No such file or directory)",
    "10 --- SIGCHLD {si_code=CLD_EXITED, si_status=0} ---",
  ].join("\n");
  assert.equal(startedPrograms(trace), 2);
});

test("counts the programs of this process and of its children", { skip: !canTrace() }, async () => {
  const count = await countPrograms(process.pid, async () => {
    spawnSync("sh", ["-c", "/bin/true; /bin/true; :"]);
  });
  assert.equal(count, 3);
});
