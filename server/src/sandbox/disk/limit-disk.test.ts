import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { limitDisk } from "./limit-disk.ts";
import { makeFolder } from "./testing/small-disk.ts";

// A watch does not keep the process alive.
const alive = setInterval(() => {}, 60_000);
after(() => clearInterval(alive));

test("ends the programs of a sandbox that reaches its limit, and names the limit also afterwards", async (t) => {
  const folder = await makeFolder(t);
  for (let n = 0; n < 20; n++) await writeFile(join(folder, String(n)), "");
  const watchUntilEnd = (files: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = limitDisk(
      [folder],
      { diskBytes: 1024 ** 3, files, cpus: 1, memoryBytes: 1, processes: 1 },
      resolve,
    );
    return { watch, ended: promise };
  };
  const { watch, ended } = watchUntilEnd(5);
  await ended;
  await watch.end();
  assert.match(watch.limitReached()!, /^The limit of 5 files and folders/);
  assert.deepEqual(watch.reachedLimits(), ["disk"]);
  const { watch: other } = watchUntilEnd(1_000);
  await other.end();
  assert.deepEqual([other.limitReached(), other.reachedLimits()], [null, []], "control");
});
