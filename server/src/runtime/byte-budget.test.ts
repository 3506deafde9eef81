import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteBudget } from "./byte-budget.ts";

test("reserves no more than is available, and releases a reservation only once", () => {
  const budget = new ByteBudget(10);
  const first = budget.reserve(6)!;
  assert.equal(budget.reserve(5), null);
  assert.equal(budget.reserve(Number.NaN), null);
  assert.equal(budget.leftBytes, 4);
  first.release();
  first.release();
  assert.equal(budget.leftBytes, 10);
  {
    using all = budget.reserve(10);
    assert.notEqual(all, null);
    assert.equal(budget.reserve(1), null, "control");
  }
  assert.equal(budget.leftBytes, 10);
});

test("grows a reservation up to the budget, and reserves nothing if growing fails", () => {
  const budget = new ByteBudget(10);
  const reservation = budget.open();
  assert.deepEqual([reservation.grow(4), reservation.grow(7), reservation.grow(6)], [true, false, true]);
  assert.equal(budget.leftBytes, 0);
  reservation.release();
  assert.equal(budget.leftBytes, 10);
});
