import assert from "node:assert/strict";
import { test } from "node:test";
import { nextAddress } from "./next-address.ts";

const origin = "https://tembo.example";

test("keeps a path on this server, with its query and fragment", () => {
  for (const address of ["/", "/sessions?search=a%20b", "/sessions/1#end"])
    assert.equal(nextAddress(address, origin), address);
});

test("rejects every other address, in any notation", () => {
  for (const address of [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example/",
    "/\t/elsewhere.example/",
    "/.//elsewhere.example/",
    "javascript:alert(1)",
    "sessions",
    "",
    7,
    null,
    undefined,
    ["/sessions"],
  ])
    assert.equal(nextAddress(address, origin), undefined, String(address));
});
