import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { commandsOf, startScriptOf } from "./commands.ts";

test("runs the commands of features before those of the file, for each kind", () => {
  const setup = (name: string, command: string) => ({ name, command });
  const file = { setup: [setup("onCreateCommand", "a"), setup("postCreateCommand", "b")], start: "c" };
  const features = [
    { name: "one", setup: [setup("postCreateCommand", "d")], start: null },
    { name: "two", setup: [setup("onCreateCommand", "e")], start: "f" },
  ];
  const commands = commandsOf(file, "path", features);
  assert.deepEqual(
    commands.setup.map(({ name, command }) => `${name}: ${command}`),
    [
      "onCreateCommand of the feature two: e",
      "onCreateCommand of path: a",
      "postCreateCommand of the feature one: d",
      "postCreateCommand of path: b",
    ],
  );
  assert.deepEqual(commands.starts, ["f", "c"]);
});

test("runs start scripts in the folder until one fails", () => {
  const run = (...scripts: string[]) => {
    const { stdout, status } = spawnSync("sh", ["-c", startScriptOf(scripts, "/")!], { encoding: "utf8" });
    return [stdout, status];
  };
  assert.equal(startScriptOf([], "/"), null);
  assert.deepEqual(run("pwd; exit 3"), ["/\n", 3]);
  assert.deepEqual(run("cd /tmp; exit 0", "pwd"), ["/\n", 0]);
  assert.deepEqual(run("echo a; exit 4", "echo b"), ["a\n", 4]);
});
