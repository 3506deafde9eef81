import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { makeWorld, signal } from "./git-fixture.ts";

test("a credential does not follow a remote that points elsewhere", async (t) => {
  const world = makeWorld(t);
  const elsewhere: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (request.url!.startsWith("/a.git"))
      return response.writeHead(302, { location: `/b.git${request.url!.slice("/a.git".length)}` }).end();
    elsewhere.push(request.headers.authorization);
    response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.git`;
  const fetch = (credential: { username: string; password: string } | null) =>
    assert.rejects(
      world.git.fetchMirror({ mirrorPath: world.site.mirrorPath, remote: { url, credential } }, signal),
    );
  await fetch({ username: "x", password: "very-secret-token" });
  assert.deepEqual(elsewhere, []);
  await fetch(null);
  assert.deepEqual(elsewhere, [undefined], "control: git follows it, and there is nothing to tell");
});
