import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { prepareRuntime } from "../prepare-runtime.ts";
import { createRunsc } from "./create-runsc.ts";

const log = { info() {}, warn() {}, error() {} };

test("reports which package to install if runsc is missing", async (t) => {
  const { provider, dataDir } = await makeProvider(t, null);
  await assert.rejects(provider.check(), {
    code: "sandbox_unavailable",
    message: /^The program runsc \(gVisor\) is missing\. Install it \(apt-get install runsc/,
  });
  assert.deepEqual(await readdir(join(dataDir, "sessions")), []);
});

test("includes runsc's error message", async (t) => {
  const { provider } = await makeProvider(t, "echo 'creating container: no ptrace here' >&2; exit 128");
  await assert.rejects(provider.check(), {
    code: "sandbox_unavailable",
    message: /^runsc could not run a program: .*no ptrace here.*unset TEMBO_SANDBOX/,
  });
});

test("does not wait indefinitely for a hanging runsc", { timeout: 30_000 }, async (t) => {
  const { provider, dataDir } = await makeProvider(t, "exec tail -f /dev/null", 50);
  await assert.rejects(provider.check(), {
    message: /could not run a program: .*could not start: it did not start within 0.05 s/,
  });
  assert.deepEqual(await readdir(join(dataDir, "sessions")), []);
});

/** Creates a provider that runs `script` instead of runsc. If `script` is null, the provider does not find runsc. */
async function makeProvider(t: TestContext, script: string | null, startsWithinMs = 30_000) {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-check-"));
  await chmod(dataDir, 0o711);
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  if (script !== null) {
    await writeFile(join(dataDir, "runsc"), `#!/bin/sh\n${script}\n`);
    await chmod(join(dataDir, "runsc"), 0o755);
  }
  const nodeBinary = await prepareRuntime(dataDir);
  const options = { dataDir, nodeBinary, uidBase: 300_000, log, startsWithinMs, programFolders: [dataDir] };
  return { dataDir, provider: createRunsc(options) };
}
