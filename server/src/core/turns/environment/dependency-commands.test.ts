import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { dependencyCommands, guardedCommand, missingProgram } from "./dependency-commands.ts";

const commands = (...files: string[]) => dependencyCommands(new Set(files)).map(({ command }) => command);

test("uses the most specific lockfile of each language", () => {
  assert.deepEqual(commands("yarn.lock", "package-lock.json", "go.sum"), ["npm ci", "go mod download"]);
  assert.deepEqual(commands("requirements.txt", "uv.lock"), ["uv sync --frozen"]);
});

test("has no command for other files", () => {
  assert.deepEqual(commands("package.json", "README.md"), []);
});

test("distinguishes a missing program from a command that fails", () => {
  const exitOf = (program: string, command: string) =>
    spawnSync("sh", ["-c", guardedCommand({ lockfile: "x", program, command })]).status;
  assert.equal(exitOf("no-such-program", "true"), missingProgram);
  assert.equal(exitOf("sh", "no-such-program 2>/dev/null"), 127);
  assert.equal(exitOf("sh", "true"), 0, "control");
});
