import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { createProxies, isLoopback } from "./proxies.ts";

const requestFrom = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } }) as unknown as IncomingMessage;

test("trusts the client's address only in the header of configured proxies", () => {
  const { clientAddress } = createProxies(["10.0.0.0/8", "fd00::/8", "192.0.2.1"]);
  const address = (from: string, forwarded?: string) => clientAddress(requestFrom(from, forwarded));
  assert.equal(address("10.1.2.3", "198.51.100.7"), "198.51.100.7");
  assert.equal(address("::ffff:10.1.2.3", "198.51.100.7"), "198.51.100.7");
  assert.equal(address("fd00::1", "2001:db8::1, 10.0.0.1"), "2001:db8::1");
  assert.equal(address("192.0.2.1"), "192.0.2.1");
  // A value from the client precedes the values that the proxies added. It must not be trusted.
  assert.equal(address("10.1.2.3", "203.0.113.9, 198.51.100.7"), "198.51.100.7");
  assert.equal(address("198.51.100.7", "203.0.113.9"), "198.51.100.7");
  assert.equal(
    createProxies([]).clientAddress(requestFrom("10.1.2.3", "203.0.113.9")),
    "10.1.2.3",
    "control",
  );
});

test("recognizes loopback addresses", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) assert.ok(isLoopback(address));
  for (const address of ["10.0.0.1", "::2", "::ffff:10.0.0.1", "1.127.0.0"]) assert.ok(!isLoopback(address));
});
