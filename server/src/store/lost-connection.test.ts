import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { AppError } from "../core/base/index.ts";
import { createWaitOut, isPassing } from "./lost-connection.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };
const coded = (code: string, message = "refused") => Object.assign(new Error(message), { code });

/** Returns a retry wrapper whose time advances only in pauses. */
function waitOutWithFakeTime() {
  const pauses: number[] = [];
  let nowMs = 0;
  const pause = async (ms: number) => {
    pauses.push(ms);
    nowMs += ms;
  };
  return { pauses, waitOut: createWaitOut({ log, nowMs: () => nowMs, pause }) };
}

test("retries a call until the server is back, with delays from 50 ms to 1 s", async () => {
  const { pauses, waitOut } = waitOutWithFakeTime();
  let tries = 0;
  const answer = await waitOut(async () => {
    if (++tries <= 7) throw coded("57P03");
    return "here";
  });
  assert.equal(answer, "here");
  assert.deepEqual(pauses, [50, 100, 200, 400, 800, 1000, 1000]);
});

test("throws unavailable with the cause after 30 s", async () => {
  const { pauses, waitOut } = waitOutWithFakeTime();
  const cause = coded("ECONNREFUSED");
  await assert.rejects(
    waitOut(() => Promise.reject(cause)),
    (error) => error instanceof AppError && error.code === "unavailable" && error.cause === cause,
  );
  const waited = pauses.reduce((sum, ms) => sum + ms, 0);
  assert.ok(waited > 28_000 && waited <= 30_000, `${waited} ms`);
});

test("throws other errors immediately", async () => {
  const { pauses, waitOut } = waitOutWithFakeTime();
  const error = coded("23505");
  await assert.rejects(
    waitOut(() => Promise.reject(error)),
    error,
  );
  assert.deepEqual(pauses, []);
});

test("distinguishes transient errors from permanent ones", () => {
  for (const code of [
    "57P01",
    "57P02",
    "57P03",
    "08006",
    "08P01",
    "40001",
    "40P01",
    "ECONNREFUSED",
    "EPIPE",
    "ENETUNREACH",
  ]) {
    assert.ok(isPassing(coded(code)), code);
  }
  assert.ok(isPassing(new Error("Connection terminated unexpectedly")));
  assert.ok(isPassing(new AppError("git_failed", "Wrapped.", { cause: coded("57P01") })));
  for (const code of ["23505", "42P01", "28P01", "57014", "ENOENT"]) assert.ok(!isPassing(coded(code)), code);
  const waitedOut = new AppError("unavailable", "Waited.", { cause: coded("57P01") });
  assert.ok(!isPassing(waitedOut), "an error after the wait is permanent");
});

test("treats a missing server as transient, by socket and by port", async () => {
  for (const host of ["/nonexistent-folder", "127.0.0.1"]) {
    const client = new pg.Client({ host, port: 1, user: "nobody", database: "nothing" });
    const error = await client.connect().then(
      () => assert.fail("connected without a server"),
      (cause: unknown) => cause,
    );
    assert.ok(isPassing(error), String(error));
  }
});
