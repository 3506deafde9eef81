import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../api/fill/random.ts";
import { decide, type Pair } from "./decide.ts";

const PAIRS = 40;
const TRIALS = 50;

/**
 * Returns pairs whose head is slower by a factor. Each value has 10 % of noise of its own, and each pair has its own load,
 * which slows both values down up to 4 times. A tenth of the values are outliers.
 */
function pairsOf(factor: number, seed: number, count = PAIRS): Pair[] {
  const random = seededRandom(seed);
  const noise = () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(0.1 * normal) * (random() < 0.1 ? 2 : 1);
  };
  return Array.from({ length: count }, () => {
    const load = 1 + 3 * random();
    return { base: 10 * load * noise(), head: 10 * load * factor * noise() };
  });
}

const worseOf = (factor: number) =>
  Array.from({ length: TRIALS }, (_, seed) => decide(pairsOf(factor, seed))).filter(({ isWorse }) => isWorse)
    .length;

test("does not report noise", () => {
  assert.equal(worseOf(1), 0);
});

test("reports a planted regression of 20 % in most comparisons, and a larger one in nearly all", () => {
  assert.ok(worseOf(1.2) > TRIALS * 0.8, `${worseOf(1.2)} of ${TRIALS}`);
  assert.ok(worseOf(1.35) > TRIALS * 0.97, `${worseOf(1.35)} of ${TRIALS}`);
});

test("reports a planted regression of 20 % on a machine with little noise", () => {
  const pairs = Array.from({ length: 12 }, (_, index) => ({ base: 10 + (index % 3) / 10, head: 12.2 }));
  const { ratio, low, isWorse } = decide(pairs);
  assert.ok(isWorse);
  assert.ok(ratio > 1.19 && ratio < 1.23 && low > 1.15);
});

test("does not report an improvement or a small regression", () => {
  assert.equal(worseOf(0.7), 0);
  const small = Array.from({ length: 12 }, () => ({ base: 10, head: 11.4 }));
  assert.equal(decide(small).isWorse, false);
});

test("does not report a median above 15 % whose interval includes 1", () => {
  const pairs = [0.5, 0.6, 0.7, 0.9, 1.2, 1.2, 1.5, 1.6].map((head) => ({ base: 1, head }));
  const { ratio, low, isWorse } = decide(pairs);
  assert.ok(ratio > 1 && low < 1);
  assert.equal(isWorse, false);
  const control = [1.1, 1.1, 1.2, 1.2, 1.2, 1.2, 1.5, 1.6].map((head) => ({ base: 1, head }));
  assert.equal(decide(control).isWorse, true, "control: the interval excludes 1");
});

test("returns the same verdict for the same pairs", () => {
  assert.deepEqual(decide(pairsOf(1.1, 3)), decide(pairsOf(1.1, 3)));
});

test("rejects too few pairs and values without a ratio", () => {
  assert.throws(() => decide(pairsOf(1, 1, 5)), /at least 6 pairs, and has 5/);
  const pairs = pairsOf(1, 1).with(0, { base: 0, head: 1 });
  assert.throws(() => decide(pairs), /not above 0/);
});
