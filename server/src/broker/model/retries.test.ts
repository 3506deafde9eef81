import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { whenAborted } from "../../runtime/on-abort.ts";
import { type Answer, loopPath, setUp } from "./gateway-fixture.ts";

const families = ["anthropic", "openai", "gemini"] as const;

/** Responds with these statuses in order, and with 200 afterwards. Status 0 closes the connection. */
function statuses(...list: readonly number[]): Answer {
  const left = [...list];
  return (incoming, response) => {
    const status = left.shift() ?? 200;
    if (status === 0) incoming.socket.destroy();
    else response.writeHead(status).end(`{"status":${status}}`);
  };
}

test("retries a request that fails before its response, with the same body, and hides the failure from the client", async (t) => {
  for (const family of families) {
    const { ask, seen, waits, gateway } = await setUp(t, { family, answer: statuses(529, 0, 503) });
    const body = JSON.stringify({ text: "x".repeat(300_000) });
    assert.deepEqual((await ask(loopPath[family], { body })).status, 200);
    assert.deepEqual(
      seen.map((one) => one.body === body),
      [true, true, true, true],
    );
    assert.deepEqual(waits, [500, 1_000, 2_000]);
    assert.equal(gateway.lastFailure(), null);
  }
});

test("forwards the last response after all attempts fail, then tries only once until the provider recovers", async (t) => {
  const { ask, seen, gateway } = await setUp(t, { answer: statuses(529, 529, 529, 529, 429, 500, 200, 529) });
  const { status, body } = await ask();
  assert.deepEqual({ status, body, sent: seen.length }, { status: 529, body: '{"status":529}', sent: 4 });
  assert.equal(gateway.lastFailure(), 'The model provider responded with status 529: {"status":529}.');
  assert.deepEqual([(await ask()).status, seen.length], [429, 5]);
  assert.deepEqual([(await ask()).status, seen.length], [500, 6]);
  assert.deepEqual([(await ask()).status, seen.length], [200, 7]);
  assert.deepEqual(
    [(await ask()).status, seen.length],
    [200, 9],
    "retries several times again after a success",
  );
});

test("does not retry if the provider forbids it or asks for a long delay", async (t) => {
  const headers: Record<string, string>[] = [{ "x-should-retry": "false" }, { "retry-after": "600" }];
  const { ask, seen, waits } = await setUp(t, {
    answer: (_incoming, response) => response.writeHead(429, headers.shift()).end(),
  });
  assert.equal((await ask()).status, 429);
  assert.equal((await ask()).headers["retry-after"], "600");
  assert.deepEqual([seen.length, waits], [2, []]);
});

test("never retries a request whose response has started", async (t) => {
  const { open, seen } = await setUp(t, {
    answer: (_incoming, response) => {
      response.write("data: 1\n\n", () => response.destroy());
    },
  });
  const sent = open(loopPath.anthropic);
  sent.end("{}");
  const [answer] = await once(sent, "response");
  await assert.rejects(text(answer), { code: "ECONNRESET" });
  assert.equal(seen.length, 1);
});

test("stops waiting to retry when the client disconnects or the gateway closes", async (t) => {
  for (const end of ["client", "gateway"] as const) {
    const isWaiting = Promise.withResolvers<void>();
    const wasEnded = Promise.withResolvers<void>();
    const { open, seen, gateway, time } = await setUp(t, { answer: statuses(503) });
    time.wait = async (_ms, signal) => {
      isWaiting.resolve();
      await whenAborted(signal);
      wasEnded.resolve();
      throw signal.reason;
    };
    const sent = open(loopPath.anthropic);
    sent.on("error", () => {});
    sent.end("{}");
    await isWaiting.promise;
    assert.equal(
      gateway.lastFailure(),
      "The model provider responded with status 503.",
      "a turn that is stopped now can report the reason",
    );
    if (end === "client") sent.destroy();
    else await gateway.close();
    await wasEnded.promise;
    assert.equal(seen.length, 1);
  }
});

test("responds with 502 in the family's error format if the provider cannot be reached", async (t) => {
  for (const family of families) {
    const { ask, gateway, stopProvider, waits } = await setUp(t, { family });
    await stopProvider();
    const { status, body } = await ask(loopPath[family], { body: `{"x":"${"x".repeat(200_000)}"}` });
    assert.equal(status, 502);
    const { error } = JSON.parse(body);
    assert.match(error.message, /request to the model provider failed/);
    assert.equal(
      error.type ?? error.status,
      { anthropic: "api_error", openai: "server_error", gemini: "UNAVAILABLE" }[family],
    );
    assert.match(gateway.lastFailure()!, /request to the model provider failed/);
    assert.equal(waits.length, 3);
  }
});

test("rejects a request that is too large before sending anything", async (t) => {
  const { ask, seen, open } = await setUp(t);
  const sent = open(loopPath.anthropic, { headers: { "content-length": 64 * 1024 * 1024 + 1 } });
  sent.on("error", () => {});
  sent.flushHeaders();
  const [answer] = await once(sent, "response");
  assert.equal(answer.statusCode, 413);
  answer.on("error", () => {});
  sent.destroy();
  const chunked = open(loopPath.anthropic);
  chunked.on("error", () => {});
  const answered = once(chunked, "response");
  const piece = Buffer.alloc(8 * 1024 * 1024, "x");
  for (let index = 0; index < 9; index++) chunked.write(piece);
  chunked.end();
  const [second] = await answered;
  assert.equal(second.statusCode, 413);
  second.resume();
  assert.deepEqual(seen, []);
  assert.equal((await ask()).status, 200, "control: releases the reserved memory");
});
