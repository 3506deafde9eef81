import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { claims } from "./support/claims.ts";
import { excludedProbes } from "./support/exclusions.ts";
import { listProbeFiles } from "./support/probe-table.ts";
import { collectProbes } from "./support/registry.ts";

test("registers at least sixty probes, each with a unique name and a control", async () => {
  const files = listProbeFiles();
  const probes = await collectProbes(join(import.meta.dirname), files);
  assert.ok(probes.length >= 60, `${probes.length} probes are registered`);
  assert.equal(new Set(probes.map(({ name }) => name)).size, probes.length);
  assert.deepEqual(
    probes.filter(({ hasControl }) => !hasControl),
    [],
  );
  const names = probes.map(({ name }) => name);
  assert.deepEqual(
    excludedProbes.filter((name) => !names.includes(name)),
    [],
    "every exclusion names a probe",
  );
  assert.deepEqual(Object.keys(claims).sort(), [...files].sort(), "every file with probes has a claim");
  const silent = files.filter((file) => !probes.some((probe) => probe.file === file));
  assert.deepEqual(silent, [], "every file registers its probes");
  const once = probes.filter(({ scope }) => scope === null).map(({ file }) => file);
  const claimedOnce = Object.keys(claims).filter((file) => claims[file]!.once !== undefined);
  assert.deepEqual([...new Set(once)].sort(), claimedOnce.sort(), "a claim runs once if it says so");
});
