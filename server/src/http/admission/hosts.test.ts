import assert from "node:assert/strict";
import { test } from "node:test";
import { createHostCheck } from "./hosts.ts";

const check = (allowed: readonly string[], publicUrl = "https://tembo.example/") => {
  const refuse = createHostCheck({ allowed, publicUrl: () => publicUrl });
  return (host: string | undefined, path = "/me") => refuse({ host, path }) === null;
};

test("allows the public name, loopback names, IP addresses and configured names", () => {
  const isAllowed = check(["tembo.internal", "*.corp.example"]);
  for (const host of [
    "tembo.example",
    "TEMBO.example:443",
    "tembo.example.",
    "localhost:3000",
    "app.localhost",
    "127.0.0.1:3000",
    "[::1]:3000",
    "10.2.3.4",
    "tembo.internal",
    "a.b.corp.example",
  ])
    assert.ok(isAllowed(host), host);
  for (const host of [
    "evil.example",
    "tembo.example.evil.example",
    "corp.example",
    "xtembo.internal",
    "a b",
    "",
    undefined,
  ])
    assert.ok(!isAllowed(host), host);
  assert.ok(check(["*"])("evil.example"), "control: allows every name");
});

test("allows health checks on every name", () => {
  const isAllowed = check([]);
  for (const path of ["/healthz", "/readyz", "/healthz?x=1"]) assert.ok(isAllowed("pod-7", path), path);
  assert.ok(!isAllowed("pod-7", "/healthz/x"));
});
