import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { idsOfRoot } from "../../core/base/index.ts";
import { holdSocketsFolder } from "../folders/sockets-folder.ts";
import { makeOnce } from "../system/make-once.ts";
import { takeRootIds } from "../system/root-ids.ts";
import { afterwards } from "../testing/afterwards.ts";
import { openProcessNames } from "./open-process-names.ts";

/** First ID of a few ranges that no other test on this machine uses. */
const base = 3_400_000_000 + (process.pid % 3_000) * 4 * idsOfRoot;

test("starts a program for the first sandbox of a process only", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-names-"));
  afterwards(t, () => rmSync(dataDir, { recursive: true }));
  let started = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === "PROCESSWRAP") started += 1;
    },
  }).enable();
  afterwards(t, () => hook.disable());
  const prepare = async (number: number) => {
    const folder = join(dataDir, String(number));
    mkdirSync(folder);
    await makeOnce(await openProcessNames(dataDir), join(folder, "points"), (path) => void mkdirSync(path));
    const ids = await takeRootIds(dataDir, base);
    afterwards(t, () => ids.release());
    afterwards(t, await holdSocketsFolder(dataDir, join(folder, "sockets")));
  };
  await prepare(1);
  assert.equal(started, 1, "control");
  for (const number of [2, 3]) await prepare(number);
  assert.equal(started, 1);
});
