import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBinding, requireHeaderValue } from "./secret-binding.ts";

const binding = { hosts: ["API.example.com", "api.example.com"], header: "X-Api-Key", prefix: "Bearer " };
const refused = (change: Partial<typeof binding>, message: RegExp) =>
  assert.throws(() => checkBinding({ ...binding, ...change }), { code: "invalid_input", message });

test("a binding is kept in lower case, each host once", () => {
  assert.deepEqual(checkBinding(binding), {
    hosts: ["api.example.com"],
    header: "x-api-key",
    prefix: "Bearer ",
  });
});

test("hosts, headers and prefixes that cannot be are refused", () => {
  refused({ hosts: [] }, /at least one host/);
  refused({ hosts: ["api.example.com", "https://x"] }, /egress rule "https:\/\/x"/);
  for (const host of ["localhost:8443", "127.0.0.1", "[::1]"])
    refused({ hosts: [host] }, /the sandbox itself/);
  for (const header of ["", "a b", "a:b", "ä", "a\r\nb"]) refused({ header }, /no name of a header/);
  for (const header of ["Host", "Content-Length", "transfer-encoding", "Connection", "Proxy-Authorization"])
    refused({ header }, /belongs to the connection/);
  for (const prefix of ["a\r\nX: 1", "ü", "\t"]) refused({ prefix }, /prefix/);
});

test("a value that cannot stand in a header is refused without being repeated", () => {
  requireHeaderValue("TOKEN", "abc def");
  for (const value of ["abc\n", " abc", "abc\r\nX-Evil: 1", "abcü"]) {
    assert.throws(
      () => requireHeaderValue("TOKEN", value),
      (error: Error) => /value of TOKEN/.test(error.message) && !error.message.includes("abc"),
    );
  }
});
