import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { AUTHORIZED, assertSentence, type Edge, startEdge } from "../../support/api-edge.ts";

const PER_MINUTE = 20;
let edge: Edge;

before(async () => {
  edge = await startEdge({
    env: {
      TEMBO_PUBLIC_URL: "https://tembo.example",
      TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: String(PER_MINUTE),
      TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: "1000",
    },
  });
});
after(() => edge.close());

test("rate-limits a key with a Retry-After header, without limiting other keys", async () => {
  const { key: other } = await edge.stranger();
  const statuses: number[] = [];
  let last: Response;
  do {
    last = await edge.call({ path: "/me" });
    statuses.push(last.status);
  } while (last.status === 200 && statuses.length < PER_MINUTE * 3);
  assert.equal(last.status, 429);
  assert.ok(statuses.length > PER_MINUTE, "allows at least the configured number of requests");
  assert.ok(Number(last.headers.get("retry-after")) <= 60);
  assert.equal(last.headers.get("ratelimit-limit"), String(PER_MINUTE));
  assert.equal(last.headers.get("ratelimit-policy"), `${PER_MINUTE};w=60`);
  assertSentence(await last.json());
  assert.equal((await edge.call({ path: "/me", key: other })).status, 200);
  assert.equal((await fetch(`${edge.url}/readyz`, { headers: AUTHORIZED })).status, 200);
});

test("rate-limits invalid API keys by address, and still accepts valid ones", async () => {
  const { key } = await edge.stranger();
  assert.equal((await edge.call({ path: "/me", key })).status, 200);
  let refused: Response;
  let guesses = 0;
  do refused = await edge.call({ path: "/me", key: `tembo_guess_${++guesses}` });
  while (refused.status === 401 && guesses < 500);
  assert.equal(refused.status, 429);
  assert.ok(guesses > 10);
  assertSentence(await refused.json());
  assert.equal((await edge.call({ path: "/me", key })).status, 200);
});

test("sends security headers with every response, and no Server header", async () => {
  for (const path of ["/healthz", "/me", "/nope", "/git/no/where.git/info/refs?service=git-upload-pack"]) {
    const { headers } = await fetch(`${edge.url}${path}`);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.match(headers.get("content-security-policy")!, /default-src 'none'/);
    assert.match(headers.get("strict-transport-security")!, /max-age=\d+/);
    assert.equal(headers.get("server"), null);
  }
});

test("rejects a smuggled request", async () => {
  const socket = connect(edge.tembo.port, "127.0.0.1");
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  socket.write(
    "POST /session/create HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /me HTTP/1.1\r\nhost: x\r\n\r\n",
  );
  await new Promise((resolve) => socket.once("close", resolve));
  assert.match(text, /^HTTP\/1\.1 400 /);
  assert.equal(text.match(/HTTP\/1\.1 /g)?.length, 1);
});
