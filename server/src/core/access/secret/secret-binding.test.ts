import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBinding, requireHeaderValue } from "./secret-binding.ts";

const binding = { hosts: ["API.example.com", "api.example.com"], header: "X-Api-Key", prefix: "Bearer " };
const refused = (change: Partial<typeof binding>, message: RegExp) =>
  assert.throws(() => checkBinding({ ...binding, ...change }), { code: "invalid_input", message });

test("normalizes hosts and headers to lower case and removes duplicate hosts", () => {
  assert.deepEqual(checkBinding(binding), {
    hosts: ["api.example.com"],
    header: "x-api-key",
    prefix: "Bearer ",
  });
});

test("rejects invalid hosts, headers and prefixes", () => {
  refused({ hosts: [] }, /at least one host/);
  refused({ hosts: ["api.example.com", "https://x"] }, /host "https:\/\/x"/);
  for (const host of ["localhost:8443", "127.0.0.1", "[::1]"])
    refused({ hosts: [host] }, /the sandbox itself/);
  for (const header of ["", "a b", "a:b", "ä", "a\r\nb"]) refused({ header }, /not a valid header name/);
  for (const header of ["Host", "Content-Length", "transfer-encoding", "Connection", "Proxy-Authorization"])
    refused({ header }, /cannot be injected/);
  for (const prefix of ["a\r\nX: 1", "ü", "\t"]) refused({ prefix }, /prefix/);
});

test("rejects a value that is invalid in a header, without revealing the value", () => {
  requireHeaderValue("TOKEN", "abc def");
  for (const value of ["abc\n", " abc", "abc\r\nX-Evil: 1", "abcü"]) {
    assert.throws(
      () => requireHeaderValue("TOKEN", value),
      (error: Error) => /value of TOKEN/.test(error.message) && !error.message.includes("abc"),
    );
  }
});
