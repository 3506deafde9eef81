import assert from "node:assert/strict";
import { test } from "node:test";
import { makeProvider } from "./make-provider.ts";
import { makeDataDir } from "./run-in-sandbox.ts";

test("rejects a name that is not registered, instead of creating a different sandbox", async (t) => {
  const dataDir = await makeDataDir(t);
  await assert.rejects(makeProvider("acme", dataDir), /The sandbox acme is not registered/);
  const { name } = await makeProvider("unsafe-local", dataDir);
  assert.equal(name, "unsafe-local", "control");
});
