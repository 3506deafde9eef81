import assert from "node:assert/strict";
import { test } from "node:test";
import { dependencyCommands } from "./dependency-commands.ts";

const commands = (...files: string[]) => dependencyCommands(new Set(files)).map(({ command }) => command);

test("uses the most specific lockfile of each language", () => {
  assert.deepEqual(commands("yarn.lock", "package-lock.json", "go.sum"), ["npm ci", "go mod download"]);
  assert.deepEqual(commands("requirements.txt", "uv.lock"), ["uv sync --frozen"]);
});

test("has no command for other files", () => {
  assert.deepEqual(commands("package.json", "README.md"), []);
});
