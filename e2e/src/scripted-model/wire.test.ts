import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anthropicRequest,
  chatTools,
  claudeTools,
  codexTools,
  geminiTools,
  joined,
  post,
  readEvents,
  readJson,
  result,
  serverFor,
  user,
} from "./wire.test-support.ts";

test("breaks the connection once mid-stream, then streams the whole reply", async (context) => {
  const model = await serverFor(context);
  const request = anthropicRequest([user('SCRIPT(say("before the cut"), cut, say(" and after"))')], {
    stream: true,
  });
  const cut = await post(`${model.url}/v1/messages`, request);
  assert.equal(cut.status, 200);
  await assert.rejects(cut.text(), /terminated/);
  assert.equal(model.requests[0]!.outcome, "cut");
  const events = await readEvents(await post(`${model.url}/v1/messages`, request));
  assert.equal(joined(events.map(({ delta }) => delta?.text)), "before the cut and after");
});

test("streams in every protocol until the client disconnects", async (context) => {
  const model = await serverFor(context);
  const endless = "SCRIPT(endless)";
  const contents = [{ role: "user", parts: [{ text: endless }] }];
  const messages = [{ role: "user", content: endless }];
  const requests: [string, object][] = [
    ["/v1/messages", anthropicRequest([user(endless)], { stream: true })],
    ["/v1/responses", { model: "m", stream: true, input: endless, tools: codexTools }],
    ["/v1/chat/completions", { model: "m", stream: true, messages, tools: chatTools("path") }],
    ["/v1beta/models/m:streamGenerateContent", { contents, tools: geminiTools }],
  ];
  for (const [path, request] of requests) {
    const leave = new AbortController();
    const response = await post(model.url + path, request, { signal: leave.signal });
    let received = "";
    await assert.rejects(async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        received += chunk;
        if (received.includes("word5")) leave.abort();
      }
    }, /abort/i);
    await until(() => model.requests.at(-1)!.outcome === "aborted");
  }
  const again = await post(
    `${model.url}/v1/messages`,
    anthropicRequest([user("SCRIPT(endless(0), say('end'))")]),
  );
  assert.equal((await readJson(again)).content[0].text, "end");
});

test("completes a slow reply, and shuts down while requests are held", async (context) => {
  const model = await serverFor(context);
  const slow = anthropicRequest([user("SCRIPT(slow(3, 1))")], { stream: true });
  const events = await readEvents(await post(`${model.url}/v1/messages`, slow));
  assert.equal(joined(events.map(({ delta }) => delta?.text)), "word1 word2 word3 ");
  const hold = model.hold();
  const held = post(`${model.url}/v1/messages`, slow);
  await hold.arrived;
  const broken = assert.rejects(held);
  await model.close();
  await broken;
});

test("returns errors in each protocol's format, and 404 and 400 for unsupported requests", async (context) => {
  const model = await serverFor(context);
  const fail = "SCRIPT(fail(429))";
  const ask = async (path: string, body: unknown) => {
    const response = await post(model.url + path, body);
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      body: await readJson(response),
    };
  };
  const messages = [{ role: "user", content: fail }];
  const responses = await ask("/v1/responses", { model: "m", input: fail, tools: codexTools });
  const chat = await ask("/v1/chat/completions", { model: "m", messages, tools: chatTools("path") });
  const contents = [{ role: "user", parts: [{ text: fail }] }];
  const gemini = await ask("/v1beta/models/m:generateContent", { contents, tools: geminiTools });
  for (const { status, retryAfter } of [responses, chat, gemini])
    assert.deepEqual([status, retryAfter], [429, "1"]);
  assert.equal(responses.body.error.type, "rate_limit_exceeded");
  assert.equal(chat.body.error.type, "rate_limit_exceeded");
  assert.equal(gemini.body.error.status, "RESOURCE_EXHAUSTED");
  assert.equal((await ask("/v1/other", {})).status, 404);
  assert.equal((await fetch(`${model.url}/other`)).status, 404);
  const malformed = await fetch(`${model.url}/v1/messages`, { method: "POST", body: "{" });
  assert.equal(malformed.status, 400);
});

test("accepts a prompt of a million characters with tool results", async (context) => {
  const model = await serverFor(context);
  const prompt = user(`${"é".repeat(1_000_000)} SCRIPT(bash('ls'), say('end'))`);
  const response = await post(
    `${model.url}/v1/messages`,
    anthropicRequest([prompt, ...result("x".repeat(100_000))]),
  );
  assert.equal((await readJson(response)).content[0].text, "end");
  assert.ok(claudeTools.length > 0 && model.requests[0]!.lastToolResult!.length < 5000);
});

/** Polls a state that another connection changes. Only the test runner's timeout limits the polling. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
