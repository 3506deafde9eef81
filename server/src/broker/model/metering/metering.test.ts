import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { ModelFamily } from "../../../core/access/index.ts";
import type { ModelUsage } from "../../../core/accounts/index.ts";
import { log, loopPath, setUp } from "../gateway-fixture.ts";

interface Case {
  readonly what: string;
  readonly family: ModelFamily;
  readonly path: string;
  readonly request?: object;
  /** Events of a stream. A response that is not streamed uses `whole`. */
  readonly events?: readonly (object | string)[];
  readonly whole?: object;
  readonly expected: Partial<ModelUsage>;
}

const anthropicUsage = {
  input_tokens: 100,
  cache_read_input_tokens: 1_000,
  cache_creation_input_tokens: 200,
  output_tokens: 1,
};
const chatUsage = {
  prompt_tokens: 1_100,
  completion_tokens: 50,
  prompt_tokens_details: { cached_tokens: 1_000 },
};
const responsesUsage = {
  input_tokens: 1_100,
  output_tokens: 50,
  input_tokens_details: { cached_tokens: 1_000 },
};
const geminiUsage = {
  promptTokenCount: 1_100,
  cachedContentTokenCount: 1_000,
  candidatesTokenCount: 30,
  thoughtsTokenCount: 20,
};
const openAiExpected = { inputTokens: 100, outputTokens: 50, cachedInputTokens: 1_000, cacheWriteTokens: 0 };

const cases: readonly Case[] = [
  {
    what: "an Anthropic stream",
    family: "anthropic",
    path: "/v1/messages",
    events: [
      { type: "message_start", message: { model: "claude-opus-4-5-20251101", usage: anthropicUsage } },
      { type: "content_block_delta", delta: { text: "what usage is" } },
      { type: "message_delta", usage: { output_tokens: 50 } },
      { type: "message_stop" },
    ],
    // 100 x 5 + 50 x 25 + 1000 x 0.5 + 200 x 6.25
    expected: { model: "claude-opus-4-5-20251101", cacheWriteTokens: 200, costMicroUsd: 3_500 },
  },
  {
    what: "a complete Anthropic response with a one-hour cache",
    family: "anthropic",
    path: "/v1/messages",
    whole: {
      type: "message",
      model: "claude-opus-4-5",
      usage: { ...anthropicUsage, output_tokens: 50, cache_creation: { ephemeral_1h_input_tokens: 200 } },
    },
    expected: { model: "claude-opus-4-5", cacheWriteTokens: 200, costMicroUsd: 4_250 },
  },
  {
    what: "a streamed chat completion",
    family: "openai",
    path: "/v1/chat/completions",
    request: { model: "gpt-5.5", stream: true },
    events: [
      { model: "gpt-5.5", choices: [{ delta: { content: "x" } }], usage: null },
      { model: "gpt-5.5", choices: [], usage: chatUsage },
      "[DONE]",
    ],
    // 100 x 5 + 50 x 30 + 1000 x 0.5
    expected: { model: "gpt-5.5", costMicroUsd: 2_500 },
  },
  {
    what: "a complete chat completion",
    family: "openai",
    path: "/chat/completions",
    whole: { model: "gpt-5.5-2026-04-01", choices: [], usage: chatUsage },
    expected: { model: "gpt-5.5-2026-04-01", costMicroUsd: 2_500 },
  },
  {
    what: "an OpenAI Responses stream",
    family: "openai",
    path: "/v1/responses",
    events: [
      { type: "response.created", response: { model: "gpt-5.5", usage: null } },
      { type: "response.completed", response: { model: "gpt-5.5", usage: responsesUsage } },
    ],
    expected: { model: "gpt-5.5", costMicroUsd: 2_500 },
  },
  {
    what: "a complete OpenAI response of a model without a price",
    family: "openai",
    path: "/v1/responses",
    whole: { model: "own-model", usage: responsesUsage },
    expected: { model: "own-model", costMicroUsd: null },
  },
  {
    what: "a response with the service's own model name at the price of the requested model",
    family: "openai",
    path: "/v1/responses",
    request: { model: "gpt-5.5" },
    whole: { model: "deployment-7", usage: responsesUsage },
    expected: { model: "deployment-7", costMicroUsd: 2_500 },
  },
  {
    what: "a Gemini stream",
    family: "gemini",
    path: "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
    events: [
      { candidates: [], usageMetadata: { promptTokenCount: 1_100 }, modelVersion: "gemini-2.5-pro" },
      { candidates: [], usageMetadata: geminiUsage, modelVersion: "gemini-2.5-pro" },
    ],
    // 100 x 1.25 + 50 x 10 + 1000 x 0.125
    expected: { model: "gemini-2.5-pro", costMicroUsd: 750 },
  },
  {
    what: "a Gemini list",
    family: "gemini",
    path: "/v1beta/models/gemini-2.5-pro:streamGenerateContent",
    whole: [{ candidates: [] }, { usageMetadata: geminiUsage }],
    expected: { model: "gemini-2.5-pro", costMicroUsd: 750 },
  },
];

for (const { what, family, path, request = {}, events, whole, expected } of cases) {
  test(`meters ${what}, and forwards every byte`, async (t) => {
    const payload = events
      ? events
          .map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\r\n\n`)
          .join("")
      : JSON.stringify(whole);
    const { ask, recorded, gateway } = await setUp(t, {
      family,
      answer: async (_incoming, response) => {
        response.setHeader("content-type", events ? "text/event-stream; charset=utf-8" : "application/json");
        // The chunk boundaries split words.
        for (let at = 0; at < payload.length; at += 37) {
          await new Promise((resolve) => response.write(payload.slice(at, at + 37), resolve));
        }
        response.end();
      },
    });
    const { body } = await ask(path, { body: JSON.stringify(request) });
    assert.equal(body, payload);
    await gateway.close();
    assert.deepEqual(recorded, [{ ...openAiExpected, ...expected }]);
  });
}

test("measures a response under the name that the price table has for its model, or under none", async (t) => {
  const ask = async (asked: string, answered: string) => {
    const whole = { model: answered, usage: { input_tokens: 1, output_tokens: 2 } };
    const { ask, measured, gateway } = await setUp(t, {
      family: "openai",
      answer: (_incoming, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(whole)),
    });
    await ask("/v1/responses", { body: JSON.stringify({ model: asked }) });
    await gateway.close();
    return measured;
  };
  const [known] = await ask("gpt-5.5", "deployment-7");
  assert.partialDeepStrictEqual(known, {
    ...{ kind: "modelAnswered", provider: "openai", model: "gpt-5.5" },
    ...{ inputTokens: 1, outputTokens: 2, costMicroUsd: 65 },
  });
  const [unknown] = await ask("own-model", "own-model-2");
  assert.partialDeepStrictEqual(unknown, { kind: "modelAnswered", model: null, costMicroUsd: null });
});

test("does not meter token counting, model lists or rejected requests", async (t) => {
  const { ask, recorded, measured, gateway } = await setUp(t, {
    answer: (incoming, response) =>
      response.writeHead(incoming.url!.endsWith("messages") ? 400 : 200).end("{}"),
  });
  await ask("/v1/messages/count_tokens");
  await ask("/v1/models", { method: "GET" });
  await ask("/v1/messages");
  await gateway.close();
  assert.deepEqual([recorded, measured], [[], []]);
});

test("estimates the usage from the size of a response without usage, and logs a warning", async (t) => {
  for (const [payload, outputTokens] of [
    ["{}", 1],
    ["no JSON", 2],
    ["", 0],
  ] as const) {
    const warned: object[] = [];
    const { ask, recorded, gateway } = await setUp(t, {
      answer: (_incoming, response) => response.end(payload),
      log: { ...log, warn: (fields) => void warned.push(fields) },
    });
    const body = JSON.stringify({ model: "claude-opus-4-5", x: "12" });
    await ask(undefined, { body });
    await gateway.close();
    const inputTokens = Math.ceil(body.length / 4);
    assert.deepEqual(recorded, [
      {
        model: "claude-opus-4-5",
        inputTokens,
        outputTokens,
        cachedInputTokens: 0,
        cacheWriteTokens: 0,
        costMicroUsd: inputTokens * 5 + outputTokens * 25,
      },
    ]);
    assert.deepEqual(warned, [
      { family: "anthropic", model: "claude-opus-4-5", isEstimated: true, inputTokens, outputTokens },
    ]);
  }
});

test("records the usage so far of a stream interrupted by the client, the provider or a closing gateway", async (t) => {
  const start = { type: "message_start", message: { model: "claude-opus-4-5", usage: anthropicUsage } };
  for (const cutter of ["client", "provider", "gateway"] as const) {
    const { open, recorded, gateway } = await setUp(t, {
      answer: (_incoming, response) => {
        response.setHeader("content-type", "text/event-stream");
        response.write(
          `data: ${JSON.stringify(start)}\n\n`,
          () => cutter === "provider" && response.destroy(),
        );
      },
    });
    const sent = open(loopPath.anthropic);
    sent.on("error", () => {});
    sent.end("{}");
    const [answer] = await once(sent, "response");
    if (cutter === "provider") await assert.rejects(text(answer));
    else {
      answer.on("error", () => {});
      await once(answer, "data");
      if (cutter === "client") sent.destroy();
    }
    await gateway.close();
    assert.deepEqual(
      recorded.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens]),
      [[100, 1]],
      cutter,
    );
  }
});

test("requests usage for streamed chat completions and changes nothing else in the request", async (t) => {
  const { ask, seen } = await setUp(t, { family: "openai" });
  const sendFor = async (body: object) => {
    await ask("/v1/chat/completions", { body: JSON.stringify(body) });
    return JSON.parse(seen.at(-1)!.body);
  };
  const asked = { model: "m", stream: true, messages: [{ role: "user", content: "ü" }] };
  assert.deepEqual(await sendFor(asked), { ...asked, stream_options: { include_usage: true } });
  assert.equal(seen.at(-1)!.headers["content-length"], String(Buffer.byteLength(seen.at(-1)!.body)));
  assert.deepEqual(
    (await sendFor({ ...asked, stream_options: { include_usage: false, x: 1 } })).stream_options,
    {
      include_usage: true,
      x: 1,
    },
  );
  const unchanged = { stream: false, model: "m" };
  assert.deepEqual(await sendFor(unchanged), unchanged);
});

test("rejects requests whose usage would never be reported", async (t) => {
  const { ask, seen } = await setUp(t, { family: "openai" });
  const background = await ask("/v1/responses", { body: '{"\\u0062ackground":true}' });
  assert.match(JSON.parse(background.body).error.message, /background/);
  const compressed = await ask("/v1/chat/completions", { headers: { "content-encoding": "gzip" } });
  const broken = await ask("/v1/chat/completions", { body: "{" });
  assert.deepEqual([background.status, compressed.status, broken.status, seen.length], [400, 400, 400, 0]);
  assert.equal((await ask("/v1/responses", { body: '{"background":false}' })).status, 200, "control");
});

test("sends nothing once the budget is spent, and responds so that clients do not retry", async (t) => {
  const statuses = { anthropic: 402, openai: 400, gemini: 400 } as const;
  for (const family of ["anthropic", "openai", "gemini"] as const) {
    let sentence: string | null = "budget reached: spent";
    const { ask, seen, gateway } = await setUp(t, { family, meter: { admit: async () => sentence } });
    const { status, headers, body } = await ask();
    assert.equal(status, statuses[family]);
    assert.equal(headers["x-should-retry"], "false");
    assert.equal(JSON.parse(body).error.message, sentence);
    assert.equal(gateway.lastFailure(), sentence);
    assert.equal(seen.length, 0);
    sentence = null;
    assert.equal((await ask()).status, 200, "control");
  }
});

test("records a response before it admits the next request, even if the stream is still open", async (t) => {
  const order: string[] = [];
  const wasSlow = Promise.withResolvers<void>();
  const { open, ask } = await setUp(t, {
    meter: {
      admit: async () => {
        order.push("admit");
        return null;
      },
      record: async () => {
        await wasSlow.promise;
        order.push("record");
      },
    },
    answer: (_incoming, response) => {
      response.setHeader("content-type", "text/event-stream");
      response.write('data: {"type":"message_stop"}\n\n');
    },
  });
  const first = open(loopPath.anthropic);
  first.on("error", () => {});
  first.end("{}");
  const [answer] = await once(first, "response");
  answer.on("error", () => {});
  await once(answer, "data");
  const second = open(loopPath.anthropic);
  second.on("error", () => {});
  second.end("{}");
  // Sends one complete request. If the second request were admitted too early, it would now be admitted.
  await ask("/v1/unknown");
  assert.deepEqual(order, ["admit"]);
  wasSlow.resolve();
  await once(second, "response");
  assert.deepEqual(order.slice(0, 3), ["admit", "record", "admit"]);
});

test("sends no request while usage cannot be recorded, and records the pending usage once recording succeeds", async (t) => {
  const recorded: ModelUsage[] = [];
  let isBroken = true;
  const { ask, seen, gateway } = await setUp(t, {
    meter: {
      record: async (usage) => {
        if (isBroken) throw new Error("The database is not reachable.");
        recorded.push(usage);
      },
    },
  });
  assert.equal((await ask()).status, 200);
  const { status, body } = await ask();
  assert.equal(status, 503);
  assert.match(JSON.parse(body).error.message, /could not be recorded: The database is not reachable\./);
  assert.equal(seen.length, 1);
  isBroken = false;
  assert.equal((await ask()).status, 200);
  await gateway.close();
  assert.equal(recorded.length, 2);
});
