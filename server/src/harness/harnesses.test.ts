import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { idle } from "./harness-contract.ts";
import { createHarnesses } from "./harnesses.ts";
import { stubSpec } from "./stub/spec.ts";
import { harnessStart } from "./testing/harness-start.ts";
import { localSandbox } from "./testing/local-sandbox.ts";
import { quietLog } from "./testing/quiet-log.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

test("fills the compile cache of an installation after a conversation, when the harness has ended", async () => {
  const dataDir = temporaryFolder();
  const spec = stubSpec();
  const installDir = join(dataDir, "harnesses", "stub@1.0.0");
  mkdirSync(installDir, { recursive: true });
  if (spec.source.type === "npm") cpSync(spec.source.lockDir, installDir, { recursive: true });
  writeFileSync(join(installDir, spec.entry), "");
  const filled: string[] = [];
  const harnesses = createHarnesses({
    ...{ dataDir, nodeBinary: process.execPath, log: quietLog(), specs: [spec] },
    compileCaches: { fillLater: (driver) => void filled.push(driver.installDir) },
  });
  const sandbox = localSandbox();
  const conversation = await harnesses.start(harnessStart(sandbox), idle());
  assert.deepEqual(filled, []);
  await conversation.close();
  assert.equal(conversation.isAlive, false);
  assert.deepEqual(filled, [installDir]);
  await sandbox.stop();
});
