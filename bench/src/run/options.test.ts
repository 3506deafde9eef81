import assert from "node:assert/strict";
import { test } from "node:test";
import { benchOrder } from "../report/order.ts";
import { parseBenchCommand } from "./options.ts";

test("runs all benches with small sizes if `all` or no bench is named", () => {
  for (const args of [[], ["all"]]) {
    const { names, sessions, events, loadedRuns, command } = parseBenchCommand(args);
    assert.deepEqual(names, benchOrder);
    assert.deepEqual([sessions, events, loadedRuns], [20_000, 400_000, 4]);
    assert.equal(command("api"), "npm run bench -- api --sessions 20000");
    assert.equal(command("recovery"), "npm run bench -- recovery --quiet-runs 4 --loaded-runs 4");
    assert.equal(command("idle"), "npm run bench -- idle");
  }
});

test("runs a named bench with its full size", () => {
  const { names, sessions, events, quietRuns, command } = parseBenchCommand(["api"]);
  assert.deepEqual(names, ["api"]);
  assert.deepEqual([sessions, events, quietRuns], [1_000_000, 20_000_000, 8]);
  assert.equal(command("api"), "npm run bench -- api");
});

test("fills the database with as many sessions as requested, with 20 events each", () => {
  const { sessions, events, command } = parseBenchCommand(["all", "--sessions", "1000"]);
  assert.deepEqual([sessions, events], [1_000, 20_000]);
  assert.equal(command("api"), "npm run bench -- api --sessions 1000");
});

test("rejects an unknown bench, an unknown option and a number that is not whole", () => {
  assert.throws(() => parseBenchCommand(["apis"]), /Unknown benchmark: apis\. Choose from: all, api,/);
  assert.throws(() => parseBenchCommand(["api", "--rows", "1"]), /Unknown option/);
  assert.throws(() => parseBenchCommand(["api", "--sessions", "many"]), /not "many"/);
  assert.throws(() => parseBenchCommand(["api", "--sessions", "0"]), /above 0/);
});
