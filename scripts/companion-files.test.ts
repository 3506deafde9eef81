import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { forgePlugIns } from "../server/src/forge/plug-ins.ts";
import { launchSpecs } from "../server/src/harness/plug-ins.ts";
import { sandboxPlugIns } from "../server/src/sandbox/plug-ins.ts";
import {
  findMissingOfForge,
  findMissingOfHarness,
  findMissingOfSandbox,
  findMissingOfSection,
  findUnregistered,
  listSettingsSections,
} from "./companion-files.ts";
import { sourceTree } from "./source-tree.ts";

const tree = sourceTree(join(import.meta.dirname, ".."));

for (const { kind } of forgePlugIns)
  test(`the forge ${kind.descriptor.name} has its tests and documentation`, () => {
    assert.deepEqual(findMissingOfForge(tree, kind.descriptor), []);
  });

for (const { name, missingIsolation } of sandboxPlugIns)
  test(`the sandbox ${name} has its tests and documentation`, () => {
    assert.deepEqual(findMissingOfSandbox(tree, { name, isolates: missingIsolation === null }), []);
  });

for (const { name, source, service } of launchSpecs)
  test(`the harness ${name} has its tests, recordings and documentation`, () => {
    const isInstalledFromNpm = source.type === "npm";
    const keySetting = service?.keySetting ?? null;
    assert.deepEqual(findMissingOfHarness(tree, { name, isInstalledFromNpm, keySetting }), []);
  });

for (const id of listSettingsSections(tree))
  test(`the settings section ${id} has its browser test and documentation`, () => {
    assert.deepEqual(findMissingOfSection(tree, id), []);
  });

test("every plug-in and settings section is registered", () => {
  assert.deepEqual(findUnregistered(tree), []);
});

test("reports an unregistered plug-in of each kind", () => {
  const planted = {
    "server/src/forge/acme/plug-in.ts": "",
    "server/src/sandbox/acme/plug-in.ts": "",
    "server/src/harness/specs/acme.ts": "export const acme: LaunchSpec = {};",
    "server/src/broker/model/provider/acme/plug-in.ts": "",
    "web/src/settings/acme/acme-section.tsx": "",
  };
  const found = findUnregistered(sourceTree(join(import.meta.dirname, ".."), planted));
  assert.deepEqual(
    found.map((sentence) => sentence.replace(/^.* does not list (.*)\.$/, "$1")),
    Object.keys(planted),
  );
});

test("reports every missing file of a new plug-in or settings section", () => {
  assert.equal(findMissingOfForge(tree, { name: "acme", label: "Acme" }).length, 5);
  assert.equal(findMissingOfSandbox(tree, { name: "acme", isolates: true }).length, 3);
  assert.equal(findMissingOfSandbox(tree, { name: "acme", isolates: false }).length, 2);
  const harness = { name: "acme", isInstalledFromNpm: true, keySetting: "acmeApiKey" };
  assert.equal(findMissingOfHarness(tree, harness).length, 9);
  assert.equal(
    findMissingOfHarness(tree, { ...harness, isInstalledFromNpm: false, keySetting: null }).length,
    1,
  );
  assert.equal(findMissingOfSection(tree, "acme").length, 3);
});

test("finds a harness in a list that the formatter wrapped, but not after the list", () => {
  const lists = ["scripts/harness-cache.ts", "e2e/src/harnesses/matrix.test.ts"];
  const harness = { name: "gemini", isInstalledFromNpm: true, keySetting: null };
  const missingWith = (end: string) => {
    const wrap = (text: string) => text.replace(/(harnesses\b.* = \[)(.*)"gemini"\];/i, `$1\n  $2\n  ${end}`);
    const changes = Object.fromEntries(lists.map((list) => [list, wrap(tree.read(list)!)]));
    return findMissingOfHarness(sourceTree(join(import.meta.dirname, ".."), changes), harness);
  };
  assert.deepEqual(missingWith('"gemini",\n];'), []);
  assert.deepEqual(
    missingWith('];\nconst other = ["gemini"];'),
    lists.map((list) => `${list} does not list gemini.`),
  );
});

test("rejects a settings list without sections", () => {
  assert.throws(
    () => listSettingsSections({ read: () => "", filesBelow: () => [] }),
    /No settings sections found/,
  );
});
