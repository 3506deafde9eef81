import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { lifecycleScript } from "./lifecycle-script.ts";

const run = (command: Parameters<typeof lifecycleScript>[0]) => {
  const script = lifecycleScript(command, "/workspace/app");
  const env = { PATH: process.env.PATH, HOME: "/the home" };
  const { stdout, status } = spawnSync("sh", ["-c", script], { encoding: "utf8", env });
  return [stdout.split("\n").sort().join(" ").trim(), status];
};

test("runs commands of all three forms, and fails if a part fails", () => {
  assert.deepEqual(run("echo a; exit 3"), ["a", 3]);
  assert.deepEqual(run(["echo", "it's", "$HOME"]), ["it's $HOME", 0]);
  assert.deepEqual(run({ one: "echo a", two: ["echo", "b"] }), ["a b", 0]);
  assert.deepEqual(run({ one: "exit 4", two: "echo b" }), ["b", 4]);
});

test("reads variables of the container when the command runs", () => {
  assert.deepEqual(
    run('echo "${containerEnv:HOME}/.cache" ${containerEnv:NONE} ${containerEnv:NONE:a $HOME "b"}'),
    ['/the home/.cache a $HOME "b"', 0],
  );
  assert.deepEqual(
    run([
      "printf",
      "%s,",
      "it's ${containerEnv:HOME}/x",
      "${containerEnv:NONE:$HOME}",
      "${containerEnv:a-b:c}",
    ]),
    ["it's /the home/x,$HOME,c,", 0],
  );
  assert.deepEqual(run({ one: "echo ${containerWorkspaceFolder}", two: ["echo", "${HOME}"] }), [
    "${HOME} /workspace/app",
    0,
  ]);
});
