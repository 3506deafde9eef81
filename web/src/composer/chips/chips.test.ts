import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runtime } from "@tembo-io/sdk";
import { agentGroups } from "./agent-groups.ts";
import { sharedBranches } from "./shared-branches.ts";

test("offers the branches that every repository has", () => {
  assert.deepEqual(sharedBranches([["main", "next", "old"]]), ["main", "next", "old"]);
  assert.deepEqual(
    sharedBranches([
      ["next", "main"],
      ["main", "next", "other"],
    ]),
    ["next", "main"],
  );
  assert.deepEqual(sharedBranches([["main"], []]), []);
  assert.deepEqual(sharedBranches([]), []);
});

test("disables models that cannot run, and states the reason of the harness before the model's", () => {
  const available = { status: "available" } as const;
  const lacks = (reason: string) => ({ status: "unavailable", code: "missing_credentials", reason }) as const;
  const model = (name: string, availability: Runtime["compatibleModels"][number]["availability"]) => ({
    ...{ name, label: name.toUpperCase(), provider: "Maker", reasoningLevels: [] },
    ...{ isDefault: false, isPlatformDefault: false, availability },
  });
  const harness = (name: string, availability: Runtime["availability"]) => ({
    ...{ name, displayName: `The ${name}`, availability },
    compatibleModels: [model("a", available), model("b", lacks("No key for b."))],
  });
  assert.deepEqual(agentGroups([harness("x", available), harness("y", lacks("No key for y."))]), [
    {
      label: "The x",
      options: [
        { value: "x:a", label: "A", note: "Maker", isDisabled: false },
        { value: "x:b", label: "B", note: "No key for b.", isDisabled: true },
      ],
    },
    {
      label: "The y",
      options: [
        { value: "y:a", label: "A", note: "No key for y.", isDisabled: true },
        { value: "y:b", label: "B", note: "No key for y.", isDisabled: true },
      ],
    },
  ]);
});
