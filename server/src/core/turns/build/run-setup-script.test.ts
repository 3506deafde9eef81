import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { describeFailedScript, setupArgv } from "./run-setup-script.ts";

/** Runs a script as a build does, and returns the description of its failure, or null if it succeeds. */
function failureOf(script: string, path = process.env.PATH): string | null {
  const [program, ...args] = setupArgv(script);
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", env: { PATH: path } });
  return status === 0 ? null : describeFailedScript({ exitCode: status!, tail: stdout });
}

test("names the line that failed, also in functions, pipelines and after comments", () => {
  assert.match(failureOf("#!/bin/bash\n\nfalse")!, /failed on line 3 with exit code 1\./);
  assert.match(failureOf("work() {\n  false\n}\necho one\nwork")!, /failed on line [25] with/);
  assert.match(failureOf("echo one\nfalse | cat\necho two")!, /failed on line 2 with/);
  assert.match(failureOf("if false; then\n  :\nfi\nexit 7")!, /^The setup script failed with exit code 7\./);
  assert.equal(failureOf("false || true\necho done"), null, "control");
});

test("runs a script with sh if there is no bash, and shows the command that failed", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-no-bash-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ["sh", "ls"])
    symlinkSync(
      spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim(),
      join(folder, name),
    );
  const failure = failureOf("echo one\nls /missing-folder\necho never", folder)!;
  assert.match(failure, /^The setup script failed with exit code 2\. .*\n\+ ls \/missing-folder\n/s);
  assert.doesNotMatch(failure, /never/);
});
