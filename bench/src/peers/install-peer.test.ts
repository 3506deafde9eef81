import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { installPeer } from "./install-peer.ts";

async function withCache(work: (cache: string) => Promise<void>): Promise<void> {
  const cache = await mkdtemp(join(tmpdir(), "tembo-bench-cache-"));
  try {
    await work(cache);
  } finally {
    await rm(cache, { recursive: true });
  }
}

test("uses a package that is installed in this version", () =>
  withCache(async (cache) => {
    await mkdir(join(cache, "@scope-other@1.2.3/node_modules/@scope/other"), { recursive: true });
    assert.equal(
      await installPeer({ name: "@scope/other", version: "1.2.3" }, cache),
      join(cache, "@scope-other@1.2.3/node_modules/@scope/other"),
    );
  }));

test("leaves nothing in the cache if npm fails", () =>
  withCache(async (cache) => {
    // npm rejects the name before it sends a request.
    await assert.rejects(installPeer({ name: "Not A Name", version: "1.0.0" }, cache), /Command failed/);
    assert.deepEqual(await readdir(cache), []);
  }));
