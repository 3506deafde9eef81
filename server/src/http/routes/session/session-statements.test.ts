import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type pg from "pg";
import { caller } from "../../../testing/caller.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { until } from "../../../testing/test-store.ts";

let served: Served;
let call: ReturnType<typeof caller>;
let statements: string[];
before(async () => {
  served = await serve({
    rates: { perKeyPerMinute: 1_000, perSignInPerMinute: 0, perOrganizationPerHour: 1_000 },
  });
  call = caller(served, await served.addKey(served.testStore.organizationId));
  statements = recordStatements(served.testStore.database.pool);
});
after(() => served.close());

/** Sends the request until its key is cached and its points are reserved, and returns its statements. */
async function statementsOf(request: () => Promise<unknown>): Promise<readonly string[]> {
  await until(async () => {
    statements.length = 0;
    await request();
    return !statements.some((text) => /token_hash|rate_limits/.test(text));
  });
  return statements;
}

test("reads a page of events with one statement for the session and one for the events", async () => {
  const { id } = await served.testStore.addSession();
  const texts = await statementsOf(() => call(200, "GET", `/v1/sessions/${id}/events`));
  assert.equal(texts.length, 2, texts.join("\n"));
});

/** Returns the list of statements outside transactions, to which each new statement is added. */
function recordStatements(pool: pg.Pool): string[] {
  const texts: string[] = [];
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: [{ readonly text: string }, ...unknown[]]) => {
    texts.push(args[0].text);
    return query(...args);
  }) as unknown as pg.Pool["query"];
  return texts;
}
