import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { test } from "node:test";
import { requireOwnPage } from "./own-page.ts";

const own = { host: "tembo.example", origin: "https://tembo.example" };
const navigate = { "sec-fetch-mode": "navigate" };

/** Headers that a browser sends from each kind of page. The flags state if the page counts as the server's own for reads and for writes. */
const pages: readonly (readonly [
  what: string,
  headers: IncomingHttpHeaders,
  reads: boolean,
  writes: boolean,
])[] = [
  ["the server's own page", { "sec-fetch-site": "same-origin" }, true, true],
  ["the server's own page with any Origin", { "sec-fetch-site": "same-origin", origin: "null" }, true, true],
  ["a subdomain's page", { "sec-fetch-site": "same-site" }, false, false],
  ["a page of another site", { "sec-fetch-site": "cross-site" }, false, false],
  ["a page of another site with a forged Origin", { ...own, "sec-fetch-site": "cross-site" }, false, false],
  ["a link on a page of another site", { ...navigate, "sec-fetch-site": "cross-site" }, false, false],
  ["an address that a person typed", { ...navigate, "sec-fetch-site": "none" }, true, false],
  ["a request without a page that is not a navigation", { "sec-fetch-site": "none" }, false, false],
  ["the SDK in a page without TLS", { host: own.host, "x-tembo-page": "1" }, true, true],
  [
    "the SDK's header from a page of another site",
    { "x-tembo-page": "1", "sec-fetch-site": "cross-site" },
    false,
    false,
  ],
  [
    "the SDK's header with another Origin",
    { "x-tembo-page": "1", host: own.host, origin: "null" },
    false,
    false,
  ],
  ["no header at all", { host: own.host }, false, false],
  ["the server's Origin", own, true, true],
  ["another Origin", { ...own, origin: "https://evil.example" }, false, false],
  ["another port", { ...own, origin: "https://tembo.example:8443" }, false, false],
  ["a host with the same prefix", { ...own, origin: "https://tembo.example.evil.example" }, false, false],
  ["the Origin null", { ...own, origin: "null" }, false, false],
  ["an invalid Origin", { ...own, origin: "tembo.example" }, false, false],
  ["an Origin without a host to compare", { origin: own.origin }, false, false],
  ["neither Origin nor host", {}, false, false],
];

for (const [what, headers, reads, writes] of pages) {
  test(`${what} ${reads ? "may" : "may not"} read with the cookie, and ${writes ? "may" : "may not"} write`, () => {
    for (const [methods, isAllowed] of [
      [["GET", "HEAD"], reads],
      [["POST", "PUT", "PATCH", "DELETE"], writes],
    ] as const) {
      for (const method of methods) {
        const ask = () => requireOwnPage({ method, headers });
        if (isAllowed) ask();
        else assert.throws(ask, { code: "forbidden" });
      }
    }
  });
}
