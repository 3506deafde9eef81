import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { findDirectRequests } from "./outbound-rule.ts";

function findIn(t: TestContext, files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "tembo-outbound-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, "server/src", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return findDirectRequests(root);
}

test("only the server's outbound module makes requests", () => {
  assert.deepEqual(findDirectRequests(join(import.meta.dirname, "..")), []);
});

const faults: readonly (readonly [text: string, what: RegExp])[] = [
  ["export const ask = () => fetch('http://x');", /uses fetch/],
  ["export const ask = () => globalThis.fetch('http://x');", /uses fetch/],
  ["export const ask = (send = fetch) => send('http://x');", /uses fetch/],
  ["export const ask = ({ fetch: send = fetch }) => send('http://x');", /uses fetch/],
  ["export const parts = { fetch };", /uses fetch/],
  ["export const socket = new WebSocket('ws://x');", /uses WebSocket/],
  ["import { fetch } from 'undici';\nexport const ask = fetch;", /imports fetch of undici/],
  ["import { request as send } from 'node:http';\nsend('http://x');", /imports request of node:http/],
  ["import * as https from 'node:https';\nhttps.get('https://x');", /imports all of node:https/],
  ["import http from 'http';\nhttp.get('http://x');", /imports all of http/],
  ["import { Agent } from 'node:https';\nexport const agent = new Agent();", /imports Agent/],
  ["import { connect } from 'node:net';\nconnect(1);", /imports connect of node:net/],
  ["import { connect } from 'node:tls';\nconnect(1);", /imports connect of node:tls/],
  ["export const http = await import('node:http');", /imports node:http/],
];

for (const [text, what] of faults) {
  test(`reports a request that bypasses the outbound module: ${text.split("\n")[0]}`, (t) => {
    const found = findIn(t, { "forge/bad.ts": text });
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, what);
    assert.deepEqual(findIn(t, { "outbound/a.ts": text, "forge/a.test.ts": text, "forge/b.ts": "" }), []);
  });
}

test("accepts servers, types and an injected fetch", (t) => {
  const sound = `
    import { createServer, type Agent, type IncomingMessage } from "node:http";
    import type { Socket } from "node:net";
    import type * as https from "node:https";
    interface Parts { readonly fetch: typeof fetch }
    export const make = ({ fetch }: Parts) => ({ fetch, ask: () => fetch("http://x") });
    export const git = { fetch: async () => {} };
    export const run = () => git.fetch();
    export const server = createServer();`;
  assert.deepEqual(findIn(t, { "forge/sound.ts": sound }), []);
});

test("rejects a folder without files", (t) => {
  assert.throws(() => findIn(t, { "forge/only.test.ts": "" }), /No files found/);
});
