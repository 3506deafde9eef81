import assert from "node:assert/strict";
import { test } from "node:test";
import { untilCompiled } from "./until-compiled.ts";

const logging = (...lines: readonly object[]) => ({
  tembo: { log: () => lines.map((line) => JSON.stringify(line)).join("\n") },
});
const filled = (harness: string) => ({ harness, msg: "the harness's compile cache is filled" });

test("waits until the compile cache of the given harness is filled", async () => {
  await untilCompiled(logging(filled("first"), filled("second")), "second");
  await assert.rejects(untilCompiled(logging(filled("first")), "second", 1), /second was not filled within/);
});

test("throws at once if the server could not fill the compile cache", async () => {
  const failed = { harness: "first", msg: "A harness's compile cache could not be filled: it has 3 files." };
  await assert.rejects(untilCompiled(logging(failed), "first"), /no compile cache for first: .*3 files/);
});
