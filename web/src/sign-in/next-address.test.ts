import assert from "node:assert/strict";
import { test } from "node:test";
import { nextAddress } from "./next-address.ts";

const origin = "https://tembo.example";

test("a page of this server is kept, with its search and its place", () => {
  for (const address of ["/", "/sessions?search=a%20b", "/sessions/1#end"])
    assert.equal(nextAddress(address, origin), address);
});

test("every other address is dropped, however it is written", () => {
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
