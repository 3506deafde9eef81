import assert from "node:assert/strict";
import { inspect } from "node:util";
import { AppError } from "../../core/base/index.ts";
import type { ForgeAdapter, ForgeEvent, WebhookRequest } from "../../core/forges/index.ts";
import { mutateBody } from "./mutate-body.ts";
import { createRandom } from "./random.ts";

export interface FuzzCount {
  /** Number of mutated requests that were read. */
  readonly count: number;
  /**
   * Number of requests that yielded events. `silent` counts the requests that yielded no events, and `refused` counts the rejected
   * requests.
   */
  readonly parsed: number;
  readonly silent: number;
  readonly refused: number;
}

/**
 * Parses `count` mutated requests from the corpus. Every body must yield valid events, no events or `invalid_input`. A failure message
 * contains the body and the mutation number. The same seed reproduces the mutation. Body sizes are limited, so that the duration depends only
 * on the adapter.
 */
export function fuzzWebhooks(
  adapter: Pick<ForgeAdapter, "readWebhook" | "identifyWebhook">,
  corpus: readonly WebhookRequest[],
  options: { readonly count: number; readonly seed: number },
): FuzzCount {
  assert.ok(corpus.length > 0, "the corpus has requests");
  const random = createRandom(options.seed);
  const count = { parsed: 0, silent: 0, refused: 0 };
  for (let index = 0; index < options.count; index++) {
    const original = corpus[index % corpus.length]!;
    const request = { headers: original.headers, body: mutateBody(original.body, random) };
    count[read(adapter, request, `mutation ${index} of seed ${options.seed}`)] += 1;
  }
  return { count: options.count, ...count };
}

function read(
  adapter: Pick<ForgeAdapter, "readWebhook" | "identifyWebhook">,
  request: WebhookRequest,
  which: string,
): "parsed" | "silent" | "refused" {
  const describe = () => `${which}: ${request.body.toString("utf8").slice(0, 2_000)}`;
  let events: readonly ForgeEvent[];
  try {
    adapter.identifyWebhook(request);
    events = adapter.readWebhook(request);
  } catch (error) {
    const isRefusal = error instanceof AppError && error.code === "invalid_input";
    assert.ok(isRefusal, `${inspect(error)}\n${describe()}`);
    return "refused";
  }
  assert.ok(Array.isArray(events), describe());
  for (const event of events) assertEvent(event, describe);
  return events.length > 0 ? "parsed" : "silent";
}

/** Checks what later steps assume: correct types, valid times and safe integers. */
function assertEvent(event: ForgeEvent, describe: () => string): void {
  assert.equal(typeof event.type, "string", describe());
  walk(event, (key, value) => {
    const isTime = key === "at" || /At$/.test(key);
    if (isTime && value !== null) {
      assert.ok(value instanceof Date && !Number.isNaN(value.getTime()), `${key}: ${describe()}`);
    }
    if (typeof value === "number") assert.ok(Number.isSafeInteger(value), `${key}: ${value}: ${describe()}`);
    assert.notEqual(value, undefined, `${key} is missing: ${describe()}`);
    assert.ok(!["function", "symbol", "bigint"].includes(typeof value), `${key}: ${describe()}`);
  });
  if ("repository" in event) {
    const { externalId, owner, name } = event.repository;
    for (const text of [externalId, owner, name]) assert.equal(typeof text, "string", describe());
  }
}

function walk(value: object, visit: (key: string, value: unknown) => void): void {
  for (const [key, inner] of Object.entries(value)) {
    visit(key, inner);
    if (typeof inner === "object" && inner !== null && !(inner instanceof Date)) walk(inner, visit);
  }
}
