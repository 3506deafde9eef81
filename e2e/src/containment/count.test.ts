import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { collectProbes } from "./support/registry.ts";

test("registers at least sixty probes, each with a unique name and a control", async () => {
  const files = globSync("*.test.ts", { cwd: import.meta.dirname }).filter(
    (file) => file !== "count.test.ts",
  );
  const probes = await collectProbes(files.map((file) => join(import.meta.dirname, file)));
  assert.ok(probes.length >= 60, `${probes.length} probes are registered`);
  assert.equal(new Set(probes.map(({ name }) => name)).size, probes.length);
  assert.deepEqual(
    probes.filter(({ hasControl }) => !hasControl),
    [],
  );
});
