import assert from "node:assert/strict";
import { before, test } from "node:test";
import { expectedCost } from "./expected-cost.ts";
import { loadPrices, type Prices } from "./prices.ts";

let prices: Prices;
before(async () => {
  prices = await loadPrices(null);
});

const model = "claude-opus-4-5";
const cost = (body: object, inputCharacters = 0) =>
  expectedCost(prices, { model, body: body as Record<string, unknown>, inputCharacters });
const thousand = () => cost({ max_tokens: 1_000 });

test("estimates the cost of the largest output that the request allows, for each protocol", () => {
  assert.ok(thousand() > 0);
  for (const body of [
    { max_completion_tokens: 1_000 },
    { max_output_tokens: 1_000 },
    { generationConfig: { maxOutputTokens: 1_000 } },
    { max_tokens: 10, max_completion_tokens: 1_000 },
  ])
    assert.equal(cost(body), thousand());
  assert.equal(cost({ max_tokens: 500, n: 2 }), thousand());
  assert.equal(cost({ generationConfig: { maxOutputTokens: 500, candidateCount: 2 } }), thousand());
});

test("uses the default output limit for a request without a valid limit", () => {
  for (const body of [
    {},
    { max_tokens: "1" },
    { max_tokens: -1 },
    { max_tokens: 1e300 },
    { generationConfig: 1 },
  ])
    assert.equal(cost(body), 32 * thousand());
});

test("includes the input, and returns 0 for a model without a price", () => {
  assert.ok(cost({ max_tokens: 1_000 }, 3_000) > thousand());
  assert.equal(expectedCost(prices, { model: null, body: {}, inputCharacters: 1 }), 0);
  assert.equal(expectedCost(prices, { model: "of-nobody", body: {}, inputCharacters: 1 }), 0);
});
