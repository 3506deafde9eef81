import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { errorBody } from "@tembo/contract";
import { examples } from "@tembo/contract/openapi-examples";
import fc from "fast-check";
import type { PlainRequest } from "../../contract/walk/fill-request.ts";
import { all } from "../../contract/walk/get-ids.ts";
import { seedWorld, type World } from "../../contract/walk/world.ts";
import { hostileBody, hostileRequest, unstorableRequests } from "./fuzz-requests.ts";

/** Seed of the run. To repeat a run with the same requests, set TEMBO_FUZZ_SEED=<seed>. */
const seed = Number(process.env.TEMBO_FUZZ_SEED ?? Date.now() % 2 ** 31);
/** Each run draws other requests, so that the runs of a week send more than one long run. */
const requestCount = process.env.TEMBO_TEST_COMBINATIONS === "all" ? 20_000 : 6_000;
const forEach = Math.ceil(requestCount / all.length);
/** Time after which a request counts as hanging. */
const hangsAfterMs = 20_000;
/** Operations that run last. They delete the key's user or organization, so that the server rejects later requests. */
const endsTheKey = ["userDelete", "organizationDelete"];
const inOrder = [...all].sort(([a], [b]) => endsTheKey.indexOf(a) - endsTheKey.indexOf(b));
let world: World;
const answers = new Map<number, number>();

before(async () => {
  world = await seedWorld(examples.integrationCreate.accessToken);
});
after(() => world.close());

/** Sends a request. Returns the status and text of the response. The text of a stream is empty. */
async function send({ method, path, headers, body }: PlainRequest) {
  const response = await fetch(`${world.served.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${world.key}`, ...headers },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(hangsAfterMs),
  });
  const isStream = /^text\/event-stream/.test(response.headers.get("content-type") ?? "");
  if (isStream) await response.body!.cancel();
  return { status: response.status, text: isStream ? "" : await response.text() };
}

function assertAnswered(status: number, text: string): void {
  assert.ok(status < 500, `${status} ${text}`);
  if (status >= 400) errorBody.parse(JSON.parse(text));
}

// Runs first, because the operations below delete resources that these requests need.
for (const [name, operation] of inOrder.filter(([one]) => !endsTheKey.includes(one))) {
  test(`${name} returns no server error for text that PostgreSQL cannot store`, async () => {
    for (const request of unstorableRequests(name, operation, world.ids)) {
      const { status, text } = await send(request);
      assert.ok(status < 500, `${request.method} ${request.path} ${request.body}: ${status} ${text}`);
    }
  });
}

console.log(`fuzz: seed ${seed}, ${forEach} requests for each of ${all.length} operations`);
for (const [name, operation] of inOrder) {
  test(`${name} responds to ${forEach} hostile requests without an internal error`, async () => {
    const property = fc.asyncProperty(hostileRequest(name, operation, world.ids), async (request) => {
      const { status, text } = await send(request);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      assertAnswered(status, text);
    });
    await fc.assert(property, { seed, numRuns: forEach, verbose: fc.VerbosityLevel.None });
  });
}

test("sends the planned number of requests, of which some are accepted and some rejected", (context) => {
  context.diagnostic(`seed ${seed}, answers by status: ${JSON.stringify(Object.fromEntries(answers))}`);
  const sent = [...answers.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(sent >= requestCount);
  for (const status of [200, 201, 400, 404]) assert.ok((answers.get(status) ?? 0) > sent / 400, `${status}`);
});

test("generates the same requests for the same seed", () => {
  const take = () => fc.sample(hostileBody(undefined), { seed, numRuns: 50 });
  assert.deepEqual(take(), take());
});

test("control: detects an internal error, a response that is not JSON and a response with extra fields", () => {
  assertAnswered(400, '{"error":"No.","code":"invalid_input"}');
  for (const [status, text] of [
    [500, '{"error":"No.","code":"internal"}'],
    [400, "No."],
    [400, '{"error":"No."}'],
    [400, '{"error":"No.","code":"invalid_input","stack":"at"}'],
  ] as const)
    assert.throws(() => assertAnswered(status, text));
});
