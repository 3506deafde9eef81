import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { listMounts } from "../mounts/mount.ts";
import { fileLayer, never, type Suite } from "./suite.ts";

export function testUse(suite: Suite): void {
  suite("shares a layer among its users, and unmounts it after the last", async (_t, { dataDir, layers }) => {
    const { digest, bytes } = await layers.add(fileLayer("shared"), never);
    assert.deepEqual(await layers.find(digest), { digest, bytes });
    const [first, second] = [await layers.mount([digest], never), await layers.mount([digest], never)];
    assert.deepEqual(first.folders, second.folders);
    const { path } = first.folders[0]!;
    await first.release();
    await first.release();
    assert.equal(readFileSync(join(path, "file"), "utf8"), "shared");
    await second.release();
    const below = (await listMounts()).filter((one) => one.startsWith(join(dataDir, "layers/mounts/")));
    assert.deepEqual(below, []);
  });

  suite("mounts layers in the order of the digests", async (_t, { layers }) => {
    const added = [];
    for (const text of ["a", "b", "c"]) added.push(await layers.add(fileLayer(text), never));
    const mounted = await layers.mount(
      added.map(({ digest }) => digest),
      never,
    );
    const texts = mounted.folders.map(({ path }) => readFileSync(join(path, "file"), "utf8"));
    assert.deepEqual(texts, ["a", "b", "c"]);
    await mounted.release();
  });

  suite("removes a layer only while nothing uses it", async (_t, { open, layers }) => {
    const { digest } = await layers.add(fileLayer("removed"), never);
    const mounted = await layers.mount([digest], never);
    assert.equal(await layers.remove(digest), false);
    assert.deepEqual(await layers.evict(), []);
    assert.equal(readFileSync(join(mounted.folders[0]!.path, "file"), "utf8"), "removed");
    await mounted.release();
    assert.equal(await (await open()).remove(digest), true, "control");
    assert.equal(await layers.find(digest), null);
    assert.equal(await layers.remove(digest), true);
  });

  suite("does not evict layers that a session or a project uses, whatever the limit", async (_t, {
    open,
    layers: first,
  }) => {
    const [used, other] = [
      await first.add(fileLayer("used"), never),
      await first.add(fileLayer("other"), never),
    ];
    const layers = await open({ maxBytes: 1, usedLayers: async () => [used.digest] });
    assert.deepEqual(await layers.evict(), [other.digest]);
    assert.notEqual(await layers.find(used.digest), null);
  });

  suite("rejects mounting a missing layer, and keeps no other layer of the call", async (_t, { layers }) => {
    const { digest } = await layers.add(fileLayer("present"), never);
    const missing = `sha256:${"0".repeat(64)}` as const;
    await assert.rejects(layers.mount([digest, missing], never), { code: "not_found" });
    assert.equal(await layers.remove(digest), true);
  });

  suite("evicts the least recently used layers beyond the limit", async (_t, { open, layers: first }) => {
    const sizes = [];
    const digests = [];
    for (const text of ["old", "older", "used", "mounted"]) {
      const layer = await first.add(fileLayer(text), never);
      sizes.push(layer.bytes);
      digests.push(layer.digest);
    }
    const [old, older, used, mounted] = digests as [`sha256:${string}`, ...`sha256:${string}`[]];
    const layers = await open({ maxBytes: sizes[0]! * 2 });
    const { release } = await layers.mount([mounted!], never);
    await (await layers.mount([old], never)).release();
    await (await layers.mount([used!], never)).release();
    assert.deepEqual(await layers.evict(), [older, old]);
    const added = await layers.add(fileLayer("new"), never);
    assert.equal(await layers.find(used!), null, "the addition evicted it");
    assert.notEqual(await layers.find(added.digest), null);
    assert.notEqual(await layers.find(mounted!), null);
    await release();
  });

  suite("keeps its folders closed to other users of the host", async (_t, { dataDir, layers }) => {
    await layers.add(fileLayer("closed"), never);
    for (const folder of ["layers", "layers/store", "layers/mounts", "layers/new"])
      assert.equal(statSync(join(dataDir, folder)).mode & 0o777, 0o700);
    assert.equal(readdirSync(join(dataDir, "layers/store")).length, 1, "control");
  });
}
