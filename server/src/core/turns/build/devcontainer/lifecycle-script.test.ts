import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { lifecycleScript } from "./lifecycle-script.ts";

test("runs commands of all three forms, and fails if a part fails", () => {
  const run = (command: Parameters<typeof lifecycleScript>[0]) => {
    const { stdout, status } = spawnSync("sh", ["-c", lifecycleScript(command)], { encoding: "utf8" });
    return [stdout.split("\n").sort().join(" ").trim(), status];
  };
  assert.deepEqual(run("echo a; exit 3"), ["a", 3]);
  assert.deepEqual(run(["echo", "it's", "$HOME"]), ["it's $HOME", 0]);
  assert.deepEqual(run({ one: "echo a", two: ["echo", "b"] }), ["a b", 0]);
  assert.deepEqual(run({ one: "exit 4", two: "echo b" }), ["b", 4]);
});
