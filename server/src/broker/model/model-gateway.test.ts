import assert from "node:assert/strict";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { socketOfTest } from "../testing/socket-of-test.ts";
import { keyedProvider, log, makeSocketPath, setUp } from "./gateway-fixture.ts";
import { loadPrices } from "./metering/prices.ts";
import { createModelGateways } from "./model-gateway.ts";

test("sends no key if none is configured", async (t) => {
  const { ask, seen } = await setUp(t, { apiKey: null });
  const { status } = await ask("/v1/messages", { headers: { "x-api-key": "client-key" } });
  assert.equal(status, 200);
  assert.equal(seen[0]!.headers["x-api-key"], undefined);
});

test("forwards each chunk before the provider sends the next one", async (t) => {
  const firstWasRead = Promise.withResolvers<void>();
  const { open } = await setUp(t, {
    answer: async (_incoming, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      await firstWasRead.promise;
      response.end("data: 2\n\n");
    },
  });
  const sent = open("/v1/messages");
  sent.end("{}");
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const [chunk] = await once(answer, "data");
  assert.equal(String(chunk), "data: 1\n\n");
  firstWasRead.resolve();
  assert.equal(await text(answer), "data: 2\n\n");
});

test("aborts the provider request when the client disconnects", async (t) => {
  const wasCut = Promise.withResolvers<void>();
  const { open, gateway } = await setUp(t, {
    answer: async (_incoming, response) => {
      response.once("close", () => wasCut.resolve());
      response.write("data: 1\n\n");
    },
  });
  const sent = open("/v1/messages");
  sent.end("{}");
  sent.on("error", () => {});
  await once(sent, "response");
  sent.destroy();
  await wasCut.promise;
  assert.equal(gateway.lastFailure(), null);
});

test("aborts the client's response when the provider disconnects", async (t) => {
  const { open, gateway } = await setUp(t, {
    answer: (_incoming, response) => {
      response.write("data: 1\n\n", () => response.destroy());
    },
  });
  const sent = open("/v1/messages");
  sent.end("{}");
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  await assert.rejects(text(answer), { code: "ECONNRESET" });
  assert.match(gateway.lastFailure()!, /in the middle of a response/);
});

test("rejects an invalid base URL", () => {
  const provider = keyedProvider(null, "http://127.0.0.1:1");
  const providers = { anthropic: keyedProvider(null, "localhost"), openai: provider, gemini: provider };
  assert.throws(
    () =>
      createModelGateways({
        providers,
        prices: { knows: () => false, nameOf: () => null, costMicroUsd: () => null },
        log,
        outbound: testOutbound(),
      }),
    {
      code: "invalid_input",
      message: /Anthropic/,
    },
  );
});

test("aborts running streams and removes the socket on close, and can be closed twice", async (t) => {
  const socketPath = await makeSocketPath(t);
  const wasCut = Promise.withResolvers<void>();
  const { open, gateway } = await setUp(t, {
    socketPath,
    answer: async (_incoming, response) => {
      response.once("close", () => wasCut.resolve());
      response.write("data: 1\n\n");
    },
  });
  const sent = open("/v1/messages");
  sent.end("{}");
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  assert.ok((await stat(socketPath)).isSocket(), "control");
  await gateway.close();
  await assert.rejects(text(answer), { code: "ECONNRESET" });
  await wasCut.promise;
  await assert.rejects(stat(socketPath), { code: "ENOENT" });
  await gateway.close();
});

test("stops waiting on close for a request that does not finish, and logs an error", async (t) => {
  const socketPath = await makeSocketPath(t);
  const provider = keyedProvider(null, "http://127.0.0.1:1");
  const asked = Promise.withResolvers<void>();
  const errors: string[] = [];
  const gateway = await createModelGateways({
    providers: { anthropic: provider, openai: provider, gemini: provider },
    prices: await loadPrices(null),
    outbound: testOutbound(),
    log: { ...log, error: (_, message) => void errors.push(message) },
    closesWithinMs: 1,
  })({
    ...socketOfTest(socketPath),
    family: "anthropic",
    provider: "anthropic",
    credential: null,
    reachesNetwork: true,
    meter: {
      hasBudget: false,
      release: async () => {},
      admit: () => {
        asked.resolve();
        return new Promise(() => {});
      },
      record: async () => {},
    },
  });
  const client = request({ socketPath, path: "/v1/messages", method: "POST" });
  client.on("error", () => {});
  client.end("{}");
  await asked.promise;
  await gateway.close();
  assert.match(errors.join(), /still running after their gateway was closed/);
});

test("reports the provider's error without the key, and clears the error after a successful response", async (t) => {
  const answers = [
    {
      status: 400,
      body: JSON.stringify({ error: { message: `Slow down, operator-key. ${"x".repeat(1_000)}` } }),
    },
    { status: 403, body: "" },
    { status: 404, body: "<h1>Busy</h1>" },
    { status: 200, body: "{}" },
  ];
  const { ask, gateway } = await setUp(t, {
    answer: (_incoming, response) => {
      const { status, body } = answers.shift()!;
      response.writeHead(status).end(body);
    },
  });
  assert.equal(gateway.lastFailure(), null);
  const refused = await ask();
  assert.equal(refused.status, 400, "control: passes on the response itself");
  const sentence = gateway.lastFailure()!;
  assert.ok(
    sentence.startsWith("The model provider responded with status 400: Slow down, [key]. xxx"),
    sentence,
  );
  assert.ok(sentence.length < 350);
  assert.ok(sentence.endsWith("xxx…"), sentence);
  await ask();
  assert.equal(gateway.lastFailure(), "The model provider responded with status 403.");
  await ask();
  assert.equal(gateway.lastFailure(), "The model provider responded with status 404: <h1>Busy</h1>.");
  await ask();
  assert.equal(gateway.lastFailure(), null);
});

test("forwards the method, body, status and headers, but no cookies", async (t) => {
  const { ask, seen } = await setUp(t, {
    answer: (_incoming, response, body) => {
      response.writeHead(201, { "x-request-id": "r1", "set-cookie": "account=1" });
      response.end(String(body.length));
    },
  });
  const long = JSON.stringify({ system: "x".repeat(2_000_000) });
  const { status, headers, body } = await ask("/v1/messages", { body: long });
  assert.deepEqual(
    { status, body, method: seen[0]!.method },
    { status: 201, body: String(long.length), method: "POST" },
  );
  assert.equal(headers["x-request-id"], "r1");
  assert.equal(headers["set-cookie"], undefined);
});

test("explains where to change the key only if the last response was a 401", async (t) => {
  const statuses = [401, 403, 401, 200];
  const { ask, gateway } = await setUp(t, {
    answer: (_incoming, response) =>
      void response
        .writeHead(statuses.shift()!)
        .end(JSON.stringify({ error: { message: "invalid x-api-key" } })),
  });
  await ask();
  assert.ok(gateway.isKeyRejected());
  assert.match(
    gateway.lastFailure()!,
    /responded with status 401: invalid x-api-key\. The provider rejected the server's .* API key\. .*Settings → Models.*_API_KEY on the server/,
  );
  await ask();
  assert.ok(!gateway.isKeyRejected(), "control");
  assert.equal(gateway.lastFailure(), "The model provider responded with status 403: invalid x-api-key.");
  await ask();
  assert.ok(gateway.isKeyRejected());
  await ask();
  assert.ok(!gateway.isKeyRejected());
});

test("explains where to change the key after Google's 400 for an invalid API key, but not after other 400s", async (t) => {
  const message = "API key not valid. Please pass a valid API key.";
  const refusal = (reason: string) => ({
    error: {
      code: 400,
      message,
      status: "INVALID_ARGUMENT",
      details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" }],
    },
  });
  const bodies: object[] = [refusal("API_KEY_INVALID"), [refusal("API_KEY_INVALID")], refusal("OTHER")];
  const { ask, gateway } = await setUp(t, {
    family: "gemini",
    answer: (_incoming, response) => void response.writeHead(400).end(JSON.stringify(bodies.shift())),
  });
  for (const form of ["an object", "an array"]) {
    await ask();
    assert.ok(gateway.isKeyRejected(), form);
    assert.match(
      gateway.lastFailure()!,
      /responded with status 400: API key not valid.* The provider rejected the server's Google Gemini API key\. Set GEMINI_API_KEY on the server\./,
      form,
    );
  }
  await ask();
  assert.ok(!gateway.isKeyRejected(), "control");
  assert.equal(gateway.lastFailure(), `The model provider responded with status 400: ${message}`);
});
