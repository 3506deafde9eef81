import assert from "node:assert/strict";
import { test } from "node:test";
import type { Project } from "./project.ts";
import { requireSupported } from "./require-supported.ts";
import { aProject } from "./testing/a-project.ts";

const repositoryId = "0199f0a5-7c1e-7cc3-98c4-dc0c0c073902";
const refused: readonly [string, Partial<Project>, RegExp, string][] = [
  ["the user root on the worker's own system", { user: "root" }, /needs a system of its own/, "user"],
];

for (const [what, change, message, field] of refused)
  test(`rejects ${what}, with the field`, () => {
    assert.throws(() => requireSupported(aProject(change)), { code: "invalid_input", message, field });
  });

test("accepts the worker's own system, and other systems with either user", () => {
  requireSupported(aProject({}));
  for (const user of ["user", "root"] as const)
    for (const source of [
      { kind: "image", reference: "debian:13" },
      { kind: "dockerfile", repositoryId, path: "Dockerfile" },
      { kind: "devcontainer", repositoryId },
    ] as const)
      requireSupported(aProject({ user, source }));
});
