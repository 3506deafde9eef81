import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { createGitProxy } from "./git/git-proxy.ts";
import { setUp } from "./model/gateway-fixture.ts";
import { socketOfTest } from "./testing/socket-of-test.ts";
import { createSessionToolsServer } from "./tools/session-tools-server.ts";

type Headers = Readonly<Record<string, string>>;

const log = { info() {}, warn() {}, error() {} };

/** A server of a session's socket, with a request that it serves, and the number of requests that it has served. */
interface Served {
  readonly socketPath: string;
  readonly method: string;
  readonly path: string;
  readonly count: () => number;
}

const servers: Record<string, (t: TestContext, folder: string) => Promise<Served>> = {
  async "session tools"(t, folder) {
    const socketPath = join(folder, "tools");
    let count = 0;
    const tools = { views: [], call: async () => ({ count: ++count }) };
    const server = await createSessionToolsServer({ log }).openTools({ ...socketOfTest(socketPath), tools });
    t.after(() => server.close());
    return { socketPath, method: "POST", path: "/tools/echo", count: () => count };
  },
  async "model gateway"(t) {
    const { socketPath, seen } = await setUp(t);
    return { socketPath, method: "POST", path: "/v1/messages", count: () => seen.length };
  },
  async "git proxy"(t, folder) {
    const socketPath = join(folder, "git");
    let count = 0;
    const remote = async () => {
      count += 1;
      throw new Error("the forge is away");
    };
    const proxy = await createGitProxy({
      log,
      spawnGit: () => assert.fail("git starts"),
      outbound: testOutbound(),
    }).openGitBroker({
      ...socketOfTest(socketPath),
      repositories: [{ path: "/1", remote, pushBranch: null, mirrorPath: join(folder, "mirror.git") }],
      scratchPath: join(folder, "scratch"),
      maxPackBytes: 1_000,
    });
    t.after(() => proxy.close());
    return { socketPath, method: "GET", path: "/1/info/refs?service=git-upload-pack", count: () => count };
  },
};

function send({ socketPath, method, path }: Served, headers: Headers) {
  return new Promise<string>((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers }, async (answer) =>
      resolve(`${answer.statusCode} ${await text(answer)}`),
    );
    sent.on("error", reject).end(method === "POST" ? "{}" : undefined);
  });
}

for (const [name, open] of Object.entries(servers))
  test(`rejects the requests of web pages to the ${name}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tembo-pages-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const served = await open(t, folder);
    for (const headers of [
      { origin: "https://example.com" },
      { origin: "null", "sec-fetch-site": "none" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "same-origin" },
    ])
      assert.match(await send(served, headers), /^403 .*Web pages cannot/, JSON.stringify(headers));
    assert.equal(served.count(), 0);
    for (const headers of [{}, { "sec-fetch-mode": "cors" }, { "sec-fetch-site": "none" }] as Headers[])
      assert.doesNotMatch(await send(served, headers), /Web pages/);
    assert.equal(served.count(), 3, "control: a program's requests");
  });
