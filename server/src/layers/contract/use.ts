import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { lockFile } from "../../file-lock/file-lock.ts";
import { listMounts } from "../mounts/mount.ts";
import { quietLog } from "../testing/open-layers.ts";
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

  suite("keeps the layers of a build until its snapshot uses them, whatever the limit", async (_t, {
    open,
    layers: first,
  }) => {
    const used = await first.add(fileLayer("used"), never);
    const options = { maxBytes: used.bytes, usedLayers: async () => [used.digest] };
    const [layers, elsewhere] = [await open(options), await open(options)];
    const build = layers.hold();
    const base = await build.add(fileLayer("base"), never);
    await (await layers.mount([base.digest], never)).release();
    const environment = await build.add(fileLayer("environment"), never);
    const other = await elsewhere.add(fileLayer("another build"), never);
    for (const { digest } of [base, environment]) {
      assert.notEqual(await layers.find(digest), null);
      assert.equal(await layers.remove(digest), false);
      assert.equal(await elsewhere.remove(digest), false, "a hold of another process counts");
    }
    const again = elsewhere.hold();
    assert.deepEqual(await again.find(base.digest, never), base);
    await build.release();
    await build.release();
    assert.equal(await layers.remove(base.digest), false, "another build found it");
    await again.release();
    const removable = [base, environment, other].map(({ digest }) => digest);
    assert.deepEqual((await layers.evict()).toSorted(), removable.toSorted(), "control");
  });

  suite("ends the holds of a process that closes", async (_t, { open, layers }) => {
    const held = await (await open()).hold().add(fileLayer("held"), never);
    const closing = await open();
    assert.notEqual(await closing.hold().find(held.digest, never), null);
    await closing.close();
    assert.equal(await layers.remove(held.digest), false, "control");
  });

  suite("adds a layer although another process works on one that is to be evicted", async (_t, {
    dataDir,
    open,
  }) => {
    const layers = await open({ maxBytes: 1 });
    const old = await layers.add(fileLayer("old"), never);
    const lock = join(dataDir, "layers/locks", old.digest.slice("sha256:".length).slice(0, 2));
    const working = await lockFile(lock, { kind: "shared", waitMs: 0 });
    const added = await layers.add(fileLayer("added"), never);
    for (const { digest } of [old, added]) assert.notEqual(await layers.find(digest), null);
    assert.equal(await layers.remove(old.digest), false);
    await working!.release();
    assert.deepEqual((await layers.evict()).toSorted(), [old.digest, added.digest].toSorted(), "control");
  });

  suite("adds a layer although the used layers cannot be listed", async (_t, { open }) => {
    const warnings: unknown[] = [];
    const layers = await open({
      usedLayers: () => Promise.reject(new Error("The database is away.")),
      log: { ...quietLog, warn: (fields) => void warnings.push(fields) },
    });
    const { digest } = await layers.add(fileLayer("added"), never);
    assert.notEqual(await layers.find(digest), null);
    assert.deepEqual(warnings, [{ reason: "The database is away." }]);
  });

  suite("keeps its folders closed to other users of the host", async (_t, { dataDir, layers }) => {
    await layers.add(fileLayer("closed"), never);
    for (const folder of ["layers", "layers/store", "layers/mounts", "layers/new"])
      assert.equal(statSync(join(dataDir, folder)).mode & 0o777, 0o700);
    assert.equal(readdirSync(join(dataDir, "layers/store")).length, 1, "control");
  });
}
