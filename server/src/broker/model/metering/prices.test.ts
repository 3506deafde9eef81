import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadPrices } from "./prices.ts";
import type { ReportedUsage } from "./read-usage.ts";

const used = (change: Partial<ReportedUsage> = {}): ReportedUsage => ({
  model: null,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  hourCacheWriteTokens: 0,
  ...change,
});

async function load(t: TestContext, content: unknown) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-prices-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "own.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return loadPrices(path);
}

const asOf = "2026-01-02";

test("the built-in price table contains the harnesses' default models, and no price for an unknown model", async () => {
  const prices = await loadPrices(null);
  const cost = (model: string) =>
    prices.costMicroUsd([model], used({ inputTokens: 1_000, outputTokens: 100 }));
  assert.equal(cost("claude-opus-4-5"), 7_500);
  for (const name of ["claude-opus-4-5", "claude-opus-4-5-20251101"])
    assert.equal(prices.nameOf([name]), "claude-opus-4-5");
  assert.equal(prices.nameOf(["own-name", "gpt-5.5"]), "gpt-5.5");
  assert.equal(prices.nameOf(["own-name"]), null);
  assert.equal(cost("claude-opus-4-1-20250805"), 22_500, "an older model has its own price");
  assert.equal(cost("gpt-5.5"), 8_000);
  assert.equal(cost("gpt-5.5-pro"), 48_000, "does not use the price of a shorter name");
  assert.equal(cost("gemini-2.5-pro"), 2_250);
  assert.equal(
    cost("us.anthropic.claude-opus-4-5-20251101-v1:0"),
    7_500,
    "accepts another provider's name of the model",
  );
  assert.equal(cost("anthropic/claude-opus-4.5"), 7_500);
  for (const model of ["gpt-5.5-unheard-of", "scripted-model", "", "claude"])
    assert.equal(cost(model), null, model);
});

test("uses the longest matching name, and prefers an exact name to a prefix of the same length", async (t) => {
  const entry = (model: string, input: number) => ({ model, input, output: 0 });
  const models = [entry("a*", 1), entry("a-b*", 2), entry("a-b", 3), entry("a-b-c*", 4)];
  const prices = await load(t, { asOf, models });
  const cost = (...names: string[]) => prices.costMicroUsd(names, used({ inputTokens: 1 }));
  assert.deepEqual(
    ["a", "a-x", "a-b-x", "a-b", "a-b-c-d", "x"].map((name) => cost(name)),
    [1, 1, 2, 3, 4, null],
  );
  assert.equal(cost("x", "a-b"), 3, "uses the first known name");
});

test("prices each kind of token separately and falls back to the input price", async (t) => {
  const prices = await load(t, {
    asOf,
    models: [
      { model: "plain", input: 2, output: 3 },
      {
        model: "full",
        input: 2,
        output: 3,
        cacheRead: 0.2,
        cacheWrite: 2.5,
        cacheWriteHour: 4,
        longPrompt: { aboveTokens: 35, input: 20, output: 30 },
      },
    ],
  });
  const usage = used({
    inputTokens: 10,
    outputTokens: 20,
    cachedInputTokens: 5,
    cacheWriteTokens: 20,
    hourCacheWriteTokens: 10,
  });
  assert.equal(prices.costMicroUsd(["plain"], usage), 20 + 60 + 10 + 40);
  assert.equal(prices.costMicroUsd(["full"], usage), 20 + 60 + 1 + 25 + 40);
  assert.equal(prices.costMicroUsd(["full"], { ...usage, inputTokens: 11 }), 220 + 600 + 100 + 400);
  assert.equal(
    prices.costMicroUsd(["full"], used({ cachedInputTokens: 3 })),
    1,
    "rounds to whole millionths of a dollar",
  );
});

test("rejects an invalid price table and explains what is wrong", async (t) => {
  const good = { model: "a", input: 1, output: 1 };
  await load(t, { asOf, models: [good] });
  const bad: [unknown, RegExp][] = [
    ["{", /JSON/],
    [{ models: [good] }, /asOf/],
    [{ asOf, models: [] }, /models/],
    [{ asOf, models: [{ ...good, input: -1 }] }, /models\[0\]\.input/],
    [{ asOf, models: [{ ...good, ouptut: 1 }] }, /ouptut/],
    [{ asOf, models: [{ ...good, model: "a*b" }] }, /ends with one \*/],
  ];
  for (const [content, message] of bad) {
    await assert.rejects(load(t, content), (error: Error & { code: string }) => {
      assert.equal(error.code, "invalid_input");
      assert.match(error.message, message);
      assert.match(error.message, /own\.json .*TEMBO_PRICES_FILE/);
      return true;
    });
  }
  await assert.rejects(loadPrices("/nowhere/prices.json"), { code: "invalid_input", message: /ENOENT/ });
});
