import assert from "node:assert/strict";
import { test } from "node:test";
import { whenAborted } from "./runtime/on-abort.ts";
import { stopParts } from "./stop-parts.ts";

const never = new Promise<never>(() => undefined);

function partsThat(stopWork: () => Promise<void>, isAway: boolean) {
  const messages: string[] = [];
  const work = new AsyncDisposableStack();
  work.defer(stopWork);
  const database = new AsyncDisposableStack();
  database.defer(async () => void messages.push("database stopped"));
  const record = (_: object, message: string) => void messages.push(message);
  const log = { info: record, warn: record, error: record };
  const watchOutage = (signal: AbortSignal) =>
    isAway ? Promise.resolve("outage" as const) : whenAborted(signal).then(() => "aborted" as const);
  return { parts: { work, database, log, watchOutage }, messages };
}

test("stops the work first, and then the database", async () => {
  const { parts, messages } = partsThat(async () => {}, false);
  assert.equal(await stopParts(parts), "clean");
  assert.deepEqual(messages, ["database stopped"]);
});

test("stops the database even if the work waits for an unresponsive database", async () => {
  const { parts, messages } = partsThat(() => never, true);
  assert.equal(await stopParts(parts), "cut");
  assert.match(messages[0]!, /^the database does not respond/);
  assert.equal(messages[1], "database stopped");
});

test("stops the database even if stopping the work fails", async () => {
  const { parts, messages } = partsThat(() => Promise.reject(new Error("no")), false);
  assert.equal(await stopParts(parts), "cut");
  assert.deepEqual(messages, [
    "stopping failed; unfinished work continues at the next start",
    "database stopped",
  ]);
});
