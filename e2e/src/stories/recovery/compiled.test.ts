import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { API_KEY, startTemboProcess, temporaryDataDir } from "../../support/index.ts";

test("writes the compile cache before the server is killed", async (t) => {
  const dataDir = await temporaryDataDir();
  t.after(() => dataDir.remove());
  const cache = await mkdtemp(join(tmpdir(), "tembo-cache-"));
  t.after(() => rm(cache, { recursive: true, force: true }));
  const env = { XDG_CACHE_HOME: cache };
  const tembo = await startTemboProcess({ dataDir: dataDir.path, apiKey: API_KEY, env });
  await tembo.kill();
  const compiled = await readdir(join(cache, "tembo", "compiled"), { recursive: true });
  // Node caches one file for each module of the server and its dependencies.
  assert.ok(compiled.length > 500, `${compiled.length} files`);
});
