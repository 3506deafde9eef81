import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { ModelFamily } from "../../../core/access/index.ts";
import { whenAborted } from "../../../runtime/on-abort.ts";
import { type Answer, loopPath, setUp } from "../gateway-fixture.ts";
import { countInput } from "./estimate-usage.ts";

const words = "x".repeat(400);
const payloads: Record<ModelFamily, object> = {
  anthropic: { type: "content_block_delta", delta: { type: "text_delta", text: words } },
  openai: { type: "response.output_text.delta", delta: words },
  gemini: { candidates: [{ content: { parts: [{ text: words }] } }] },
};
const path: Record<ModelFamily, string> = { ...loopPath, gemini: `${loopPath.gemini}?alt=sse` };
const model: Record<ModelFamily, string> = {
  anthropic: "claude-opus-4-5",
  openai: "gpt-5.5",
  gemini: "gemini-2.5-pro",
};
const body = (family: ModelFamily) => JSON.stringify({ model: model[family], x: "y".repeat(4_000) });

const stream =
  (...events: readonly (object | string)[]): Answer =>
  (_incoming, response) => {
    response.setHeader("content-type", "text/event-stream");
    for (const event of events) {
      response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
    }
  };

function readUntil(answer: IncomingMessage, length: number): Promise<void> {
  let read = 0;
  return new Promise((resolve) => {
    answer.on("data", (chunk: Buffer) => {
      read += chunk.length;
      if (read >= length) resolve();
    });
  });
}

for (const family of ["anthropic", "openai", "gemini"] as const) {
  test(`${family}: charges for input and the output so far if the client disconnects before the usage is reported`, async (t) => {
    const { open, recorded, gateway } = await setUp(t, {
      family,
      answer: stream(payloads[family], payloads[family]),
    });
    const sent = open(path[family]);
    sent.on("error", () => {});
    sent.end(body(family));
    const [answer] = await once(sent, "response");
    answer.on("error", () => {});
    await readUntil(answer, 2 * words.length);
    sent.destroy();
    await gateway.close();
    assert.equal(recorded.length, 1);
    const { costMicroUsd, ...rest } = recorded[0]!;
    assert.ok(costMicroUsd! > 0);
    assert.deepEqual(rest, {
      model: model[family],
      inputTokens: Math.ceil(body(family).length / 4),
      outputTokens: 200,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
    });
  });

  test(`${family}: charges for input if the client disconnects before the response`, async (t) => {
    const arrived = Promise.withResolvers<void>();
    const { open, recorded, gateway } = await setUp(t, { family, answer: () => arrived.resolve() });
    const sent = open(path[family]);
    sent.on("error", () => {});
    sent.end(body(family));
    await arrived.promise;
    sent.destroy();
    await gateway.close();
    assert.deepEqual(
      recorded.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens]),
      [[Math.ceil(body(family).length / 4), 0]],
    );
  });
}

test("charges nothing if the client disconnects while the gateway waits to retry", async (t) => {
  const wasRefused = Promise.withResolvers<void>();
  const { open, recorded, gateway, time } = await setUp(t, {
    answer: (_incoming, response) => response.writeHead(529).end(),
  });
  const { wait } = time;
  t.after(() => Object.assign(time, { wait }));
  Object.assign(time, {
    wait: (_ms: number, signal: AbortSignal) => {
      wasRefused.resolve();
      return whenAborted(signal).then(() => signal.throwIfAborted());
    },
  });
  const sent = open(loopPath.anthropic);
  sent.on("error", () => {});
  sent.end(body("anthropic"));
  await wasRefused.promise;
  sent.destroy();
  await gateway.close();
  assert.deepEqual(recorded, []);
});

test("charges reported input tokens, and the estimated output if an interrupted stream reported less", async (t) => {
  const usage = { input_tokens: 7, output_tokens: 1 };
  const start = { type: "message_start", message: { model: model.anthropic, usage } };
  const end = [{ type: "message_delta", usage: { output_tokens: 90 } }, { type: "message_stop" }];
  const outputOf = async (...events: object[]) => {
    const { open, recorded, gateway } = await setUp(t, { answer: stream(start, ...events) });
    const sent = open(loopPath.anthropic);
    sent.on("error", () => {});
    sent.end(body("anthropic"));
    const [answer] = await once(sent, "response");
    answer.on("error", () => {});
    const length = [start, ...events].map((event) => JSON.stringify(event)).join("").length;
    await readUntil(answer, length);
    await gateway.close();
    return recorded.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens]);
  };
  assert.deepEqual(await outputOf(payloads.anthropic), [[7, 100]]);
  assert.deepEqual(
    await outputOf(payloads.anthropic, ...end),
    [[7, 90]],
    "control: the count that the provider reports last wins",
  );
});

test("counts a Gemini function call that looks like an end event as output", async (t) => {
  const args = { type: "message_stop", x: words };
  const call = { candidates: [{ content: { parts: [{ functionCall: { name: "f", args } }] } }] };
  const { open, recorded, gateway } = await setUp(t, {
    family: "gemini",
    answer: stream(call, payloads.gemini),
  });
  const sent = open(path.gemini);
  sent.on("error", () => {});
  sent.end(body("gemini"));
  const [answer] = await once(sent, "response");
  answer.on("error", () => {});
  await readUntil(answer, 2 * words.length);
  await gateway.close();
  assert.ok(recorded[0]!.outputTokens > 200);
});

test("counts an image as an image instead of by its bytes, and counts text in full", () => {
  const data = "A".repeat(1_000_000);
  const count = (value: object) => countInput(value, JSON.stringify(value).length);
  assert.ok(
    count({ content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${data}` } }] }) < 25_000,
  );
  assert.ok(count({ contents: [{ parts: [{ inlineData: { data } }] }] }) < 25_000);
  assert.ok(count({ messages: [{ content: data }] }) > 1_000_000);
});

test("with a budget, rejects a model without a price, and explains where to add one", async (t) => {
  for (const family of ["openai", "anthropic"] as const) {
    const { ask, seen, gateway } = await setUp(t, { family, meter: { hasBudget: true } });
    const { status, headers, body } = await ask(undefined, { body: '{"model":"own-model"}' });
    assert.deepEqual([status, headers["x-should-retry"], seen.length], [400, "false", 0]);
    const { message } = JSON.parse(body).error;
    assert.match(message, /model own-model has no price.*TEMBO_PRICES_FILE/);
    assert.equal(gateway.lastFailure(), message);
    assert.equal((await ask()).status, 400, "refuses a request without a model");
    assert.equal((await ask(undefined, { body: JSON.stringify({ model: model[family] }) })).status, 200);
    const free = await setUp(t, { family });
    assert.equal((await free.ask(undefined, { body: '{"model":"own-model"}' })).status, 200, "control");
  }
});

for (const hasBudget of [true, false]) {
  test(`${hasBudget ? "with a budget, runs eight requests at once, and queues the next one" : "control: without a budget, runs ten requests at once"}`, async (t) => {
    const answers: (() => void)[] = [];
    let onArrival = () => {};
    const { open, ask, seen } = await setUp(t, {
      meter: { hasBudget },
      answer: (_incoming, response) =>
        new Promise<void>((resolve) => {
          answers.push(() => {
            response.end("{}");
            resolve();
          });
          onArrival();
        }),
    });
    const until = async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (onArrival = resolve));
    };
    const answered = Array.from({ length: 10 }, async () => {
      const one = open(loopPath.anthropic);
      one.end('{"model":"claude-opus-4-5"}');
      const [answer] = await once(one, "response");
      return text(answer);
    });
    await until(hasBudget ? 8 : 10);
    // Sends one complete request, so that the other requests are sent in the meantime.
    await ask("/v1/unknown");
    assert.equal(seen.length, hasBudget ? 8 : 10);
    for (const answer of answers.splice(0, 2)) answer();
    await until(10);
    for (const answer of answers) answer();
    await Promise.all(answered);
  });
}
