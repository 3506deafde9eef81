import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { mount, unmount } from "../../layers/mounts/mount.ts";
import { pollUntil } from "../../runtime/poll-until.ts";
import { listMountsBelow } from "./list-mounts.ts";
import { makeDataDir } from "./run-in-sandbox.ts";

const asRoot = { skip: process.getuid!() !== 0 && "needs root" };

test("lists the mounts at or below a folder, but not those of a test beside it", asRoot, async (t) => {
  const dataDir = await makeDataDir(t);
  const [own, beside] = [join(dataDir, "own"), join(dataDir, "own-beside")];
  const targets = [own, join(own, "below"), beside];
  try {
    for (const target of targets) {
      await mkdir(target);
      await mount(["--types=tmpfs"], "none", target);
    }
    // A namespace that another test creates meanwhile has copies of the mounts, with IDs of their own.
    const pathsBelow = (folder: string) => [
      ...new Set(listMountsBelow(folder).map((line) => line.split(" ")[1]!)),
    ];
    assert.deepEqual(pathsBelow(own).sort(), [own, join(own, "below")]);
    assert.deepEqual(pathsBelow(beside), [beside], "control");
  } finally {
    for (const target of targets.toReversed()) await unmount(target);
  }
  // Such a namespace keeps its copies until it removes them or its last process exits.
  const isGone = () => listMountsBelow(own).length === 0;
  assert.ok(await pollUntil(isGone, { every: 50, timeoutMs: 30_000 }), listMountsBelow(own).join("\n"));
});
