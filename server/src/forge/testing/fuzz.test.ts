import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../core/base/index.ts";
import type { ForgeEvent, WebhookRequest } from "../../core/forges/index.ts";
import { fakeForge, issueOpened } from "../../testing/webhook-fixture.ts";
import { fuzzWebhooks } from "./fuzz.ts";
import { mutateBody } from "./mutate-body.ts";
import { createRandom } from "./random.ts";

const event = issueOpened();
const request: WebhookRequest = {
  headers: { "x-github-event": "issues" },
  body: Buffer.from(
    JSON.stringify({ title: "It breaks", at: event.at, number: 1, labels: ["a", { b: [1] }] }),
  ),
};
const corpus = [request];
const { identifyWebhook } = fakeForge();

/** Parses a webhook and validates every field that it uses. Rejects text that is not JSON, and ignores every other invalid body. */
function careful({ body }: WebhookRequest): readonly ForgeEvent[] {
  let result: unknown;
  try {
    result = JSON.parse(body.toString());
  } catch (cause) {
    throw new AppError("invalid_input", "No JSON.", { cause });
  }
  const { title, at, number } = (result ?? {}) as Record<string, unknown>;
  const time = new Date(typeof at === "string" ? at : Number.NaN);
  if (typeof title !== "string" || Number.isNaN(time.getTime()) || !Number.isSafeInteger(number)) return [];
  return [{ ...event, at: time, issue: { ...event.issue, title, number: number as number } }];
}

test("a correct parser passes, and receives bodies that it parses, ignores and rejects", () => {
  const count = fuzzWebhooks({ identifyWebhook, readWebhook: careful }, corpus, { count: 5_000, seed: 1 });
  assert.equal(count.parsed + count.silent + count.refused, 5_000);
  for (const kind of ["parsed", "silent", "refused"] as const) assert.ok(count[kind] > 100, kind);
});

test("the same seed produces the same bodies, and another seed produces different ones", () => {
  const bodies = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 50 }, () => mutateBody(request.body, random).toString("latin1"));
  };
  assert.deepEqual(bodies(7), bodies(7));
  assert.notDeepEqual(bodies(7), bodies(8));
});

const faults: Record<string, (request: WebhookRequest) => readonly ForgeEvent[]> = {
  "throws a JSON error": ({ body }) => JSON.parse(body.toString()) && [],
  "reads a missing field": (one) => {
    careful(one);
    return (JSON.parse(one.body.toString()) as { labels: string[] }).labels.map(() => event);
  },
  "accepts an invalid time": (one) =>
    careful(one).length >= 0 ? [{ ...event, at: new Date(String(fieldOf(one, "at"))) }] : [],
  "accepts an invalid number": (one) => [
    { ...event, issue: { ...event.issue, number: Number(fieldOf(one, "number")) } },
  ],
  "throws an AppError with another code": (one) => {
    if (fieldOf(one, "title") === undefined) throw new AppError("internal", "No title.");
    return [];
  },
};

function fieldOf(one: WebhookRequest, name: string): unknown {
  careful(one);
  return (JSON.parse(one.body.toString()) as Record<string, unknown> | null)?.[name];
}

for (const [fault, readWebhook] of Object.entries(faults)) {
  test(`detects a parser that ${fault}`, () => {
    assert.throws(
      () => fuzzWebhooks({ identifyWebhook, readWebhook }, corpus, { count: 2_000, seed: 1 }),
      /mutation \d+ of seed 1/,
    );
  });
}

test("limits mutated bodies to 2 MB", () => {
  const random = createRandom(3);
  for (let count = 0; count < 5_000; count++) assert.ok(mutateBody(request.body, random).length < 2_000_000);
});
