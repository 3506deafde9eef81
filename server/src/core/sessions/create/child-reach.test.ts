import assert from "node:assert/strict";
import { test } from "node:test";
import { decideChildHarness } from "./child-reach.ts";

const service = { keySetting: "k", keyVariable: "K", keyHosts: [], otherHosts: [] };
const claude = { displayName: "Claude", modelFamily: "anthropic" } as const;
const codex = { displayName: "Codex", modelFamily: "openai" } as const;
const pi = { displayName: "Pi", modelFamily: "anthropic", otherFamilies: ["openai"] } as const;
const amp = { displayName: "Amp", modelFamily: "anthropic", service } as const;
const cursor = { displayName: "Cursor", modelFamily: "anthropic", service } as const;

test("allows a child whose model families are among its parent's", () => {
  for (const [parent, child] of [
    [claude, claude],
    [pi, claude],
    [pi, codex],
    [amp, amp],
  ] as const)
    assert.equal(decideChildHarness(parent, child), "allow", `${parent.displayName} ${child.displayName}`);
});

test("asks a person before a child uses another model family or another vendor's service", () => {
  for (const [parent, child] of [
    [claude, codex],
    [claude, pi],
    [amp, cursor],
    [amp, claude],
  ] as const)
    assert.equal(decideChildHarness(parent, child), "ask", `${parent.displayName} ${child.displayName}`);
});

test("refuses an unmetered child for a metered parent", () => {
  for (const parent of [claude, codex, pi]) assert.equal(decideChildHarness(parent, amp), "refuse");
});
