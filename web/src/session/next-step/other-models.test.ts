import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runtime } from "@tembo-io/sdk";
import { listOtherModels } from "./other-models.ts";

const available = { status: "available" };
const unavailable = { status: "unavailable", reason: "There is no key." };
const runtimes = [
  {
    name: "one",
    displayName: "One",
    availability: available,
    compatibleModels: [
      { name: "small", label: "Small", availability: available },
      { name: "large", label: "Large", availability: available },
      { name: "locked", label: "Locked", availability: unavailable },
    ],
  },
  {
    name: "two",
    displayName: "Two",
    availability: unavailable,
    compatibleModels: [{ name: "small", label: "Small", availability: available }],
  },
] as unknown as readonly Runtime[];

const agents = (current: string | null) =>
  listOtherModels(runtimes, current).flatMap(({ models }) => models.map(({ agent }) => agent));

test("lists available models of available harnesses, without the current one", () => {
  assert.deepEqual(agents("one:small"), ["one:large"]);
  assert.deepEqual(agents("one:large:provider"), ["one:small"]);
  assert.deepEqual(agents(null), ["one:small", "one:large"], "control");
});
