import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";
import { fetchForge } from "./forge-fetch.ts";

test("passes the origin of each redirect, so that a public host cannot redirect to a private one", async () => {
  const steps: Readonly<Record<string, string>> = {
    "https://forge.internal/log": "https://store.example.com/log",
    "https://store.example.com/log": "https://other.internal/log",
  };
  const asked: (readonly [string, string | null, boolean])[] = [];
  const fetch: OutboundFetch = async (url, init) => {
    const { namedBy } = init!;
    const hasToken = new Headers(init!.headers).has("authorization");
    asked.push([String(url), namedBy === undefined ? null : new URL(namedBy).origin, hasToken]);
    const location = steps[String(url)];
    return location === undefined
      ? new Response("the log")
      : new Response(null, { status: 302, headers: { location } });
  };
  const response = await fetchForge({
    ...{ forge: "GitLab", baseUrl: "https://forge.internal", token: "secret", range: "bytes=-100" },
    request: { path: "/log", what: "give the log" },
    signal: new AbortController().signal,
    fetch,
  });
  assert.equal(await response.text(), "the log");
  assert.deepEqual(asked, [
    ["https://forge.internal/log", null, true],
    ["https://store.example.com/log", "https://forge.internal", false],
    ["https://other.internal/log", "https://store.example.com", false],
  ]);
});
