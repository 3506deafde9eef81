import assert from "node:assert/strict";
import { test } from "node:test";
import { systemOf } from "./environment-system.ts";

const base = { identity: "a", pinned: null, env: { A: "b" }, user: "root", startScript: null } as const;

test("allows containers only as root, and only while the project does", () => {
  const isAllowed = (user: "user" | "root", project: { allowsContainers: boolean } | null) =>
    systemOf({ layers: ["one", "two"], base: { ...base, user } }, project)?.allowsContainers;
  assert.equal(isAllowed("root", { allowsContainers: true }), true);
  assert.equal(isAllowed("root", { allowsContainers: false }), false);
  assert.equal(isAllowed("root", null), false);
  assert.equal(isAllowed("user", { allowsContainers: true }), false);
});

test("returns no system for an environment on the worker's own", () => {
  assert.equal(systemOf({ layers: ["one"], base: null }, { allowsContainers: true }), null);
});

test("adds the variables of dev shells", () => {
  const envOf = (devShell?: Record<string, string>) =>
    systemOf({ layers: ["one", "two"], base: { ...base, ...(devShell && { devShell }) } }, null)?.env;
  assert.deepEqual(envOf({ C: "d" }), { A: "b", C: "d" });
  assert.deepEqual(envOf(), { A: "b" }, "an earlier version stored no dev shells");
});
