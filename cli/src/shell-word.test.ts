import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { shellWord } from "./shell-word.ts";

test("a shell reads a quoted word unchanged and runs nothing in it", () => {
  const words = ["main", "-x", "a b", "$(id)", "`id`", "it's", '"', "", "~", "a\\b", "ü"];
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\n' ${words.map(shellWord).join(" ")}`], {
    encoding: "utf8",
  });
  assert.deepEqual(stdout.split("\n").slice(0, -1), words);
  assert.deepEqual(["main", "a/b-c"].map(shellWord), ["main", "a/b-c"]);
  assert.equal(shellWord("-x"), "'-x'");
});
