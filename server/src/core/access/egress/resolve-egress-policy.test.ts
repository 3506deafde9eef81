import assert from "node:assert/strict";
import { test } from "node:test";
import type { EgressSetting } from "../../accounts/index.ts";
import { decideEgress } from "./decide-egress.ts";
import type { EgressPolicy } from "./egress-policy.ts";
import { formatEgressRule, parseEgressRule } from "./parse-egress-rule.ts";
import { registryHosts } from "./registries.ts";
import { resolveEgressPolicy } from "./resolve-egress-policy.ts";

const custom = (...allow: string[]): EgressSetting => ({ preset: "custom", allow });
const none: EgressSetting = { preset: "none", allow: [] };
const open: EgressSetting = { preset: "open", allow: [] };
const registries = (...allow: string[]): EgressSetting => ({ preset: "registries", allow });
const written = (policy: EgressPolicy) =>
  policy.kind === "list" ? policy.rules.map(formatEgressRule) : policy.kind;

test("limits a session's policy to what its organization allows and reports the dropped rules", () => {
  const table: [EgressSetting, EgressSetting | null, string | string[], string[]][] = [
    [none, null, "closed", []],
    [none, open, "closed", []],
    [none, custom("a.example"), "closed", ["a.example"]],
    [{ preset: "none", allow: ["a.example"] }, null, "closed", []],
    [open, null, "open", []],
    [open, open, "open", []],
    [open, none, "closed", []],
    [open, custom("a.example"), ["a.example"], []],
    [custom("a.example"), null, ["a.example"], []],
    [custom("a.example"), open, ["a.example"], []],
    [custom("a.example"), none, "closed", []],
    [custom(), null, "closed", []],
    [custom("a.example", "b.example"), custom("b.example", "c.example"), ["b.example"], ["c.example"]],
    [custom("*.example.com"), custom("a.example.com:443"), ["a.example.com:443"], []],
    [
      custom("*.example.com"),
      custom("*.a.example.com", "*.example.com"),
      ["*.a.example.com", "*.example.com"],
      [],
    ],
    [custom("*.example.com"), custom("example.com"), "closed", ["example.com"]],
    [custom("a.example.com"), custom("*.example.com"), "closed", ["*.example.com"]],
    [custom("a.example:443"), custom("a.example"), ["a.example:443"], ["a.example:80"]],
    [custom("a.example:443", "a.example:80"), custom("a.example"), ["a.example"], []],
    [custom("a.example"), custom("a.example:8080"), "closed", ["a.example:8080"]],
    [registries(), custom("pypi.org"), ["pypi.org"], []],
    [registries("a.example"), custom("a.example", "b.example"), ["a.example"], ["b.example"]],
  ];
  for (const [organization, session, policy, dropped] of table) {
    const resolved = resolveEgressPolicy(organization, session);
    const name = JSON.stringify([organization, session]);
    assert.deepEqual(written(resolved.policy), policy, name);
    assert.deepEqual(resolved.dropped, dropped, name);
  }
});

test("allows or denies a connection by its host and port", () => {
  const { policy } = resolveEgressPolicy(custom("a.example", "*.b.example:8443", "[2606:4700::1]:443"), null);
  const table: [string, number, "allowed" | "notAllowed"][] = [
    ["a.example", 80, "allowed"],
    ["a.example", 443, "allowed"],
    ["a.example", 22, "notAllowed"],
    ["x.a.example", 443, "notAllowed"],
    ["aa.example", 443, "notAllowed"],
    ["x.b.example", 8443, "allowed"],
    ["x.y.b.example", 8443, "allowed"],
    ["x.b.example", 443, "notAllowed"],
    ["b.example", 8443, "notAllowed"],
    ["xb.example", 8443, "notAllowed"],
    ["2606:4700::1", 443, "allowed"],
    ["2606:4700::2", 443, "notAllowed"],
  ];
  for (const [host, port, decision] of table) assert.equal(decideEgress(policy, host, port), decision, host);
  assert.equal(decideEgress({ kind: "open" }, "anything.example", 22), "allowed");
  assert.equal(decideEgress({ kind: "closed" }, "a.example", 443), "notAllowed");
});

test("parses every registry host as a rule and allows registry hosts in the registries preset", () => {
  for (const host of Object.values(registryHosts).flat()) assert.equal(parseEgressRule(host).host, host);
  const { policy } = resolveEgressPolicy(registries(), null);
  assert.equal(decideEgress(policy, "registry.npmjs.org", 443), "allowed");
  assert.equal(decideEgress(policy, "example.com", 443), "notAllowed");
});
