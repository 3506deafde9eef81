import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], { encoding: "utf8" });

test("rejects unknown benches and commits with a sentence, and without a stack", () => {
  const cases: [string[], RegExp][] = [
    [["apis"], /^Unknown benchmark: apis\. Choose from: all, api,.*\.\n$/],
    [["compare"], /^Specify one commit: npm run bench -- compare COMMIT\n$/],
    [["compare", "no-such-commit"], /^git finds no commit "no-such-commit"\. .*\n$/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, message);
  }
});
