import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { ModelFamily } from "../../core/access/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { createModelAsker } from "./ask-model.ts";
import { keyedProvider, log } from "./gateway-fixture.ts";

const models = {
  anthropic: "claude-opus-4-5",
  openai: "gpt-5.5",
  gemini: "gemini-2.5-pro",
} as const satisfies Record<ModelFamily, string>;

const targets = {
  anthropic: "/v1/messages",
  openai: "/v1/responses",
  gemini: "/v1beta/models/gemini-2.5-pro:generateContent",
};

for (const family of ["anthropic", "openai", "gemini"] as const) {
  test(`${family}: sends one short request with the organization's key, or otherwise with the operator's`, async (t) => {
    const { ask, seen } = await setUp(t, (_, response) => void response.end("{}"));
    await ask({ family, ownKey: "own-key" });
    await ask({ family, ownKey: null });
    assert.deepEqual(
      seen.map(({ url, key }) => [url, key]),
      [
        [targets[family], "own-key"],
        [targets[family], "operator-key"],
      ],
    );
    const body = JSON.parse(seen[0]!.body);
    assert.equal(body.max_tokens ?? body.generationConfig?.maxOutputTokens ?? body.max_output_tokens / 16, 1);
  });
}

test("reports the provider's message, and where to correct a key that the provider rejects", async (t) => {
  const { ask, seen } = await setUp(t, (_, response) => {
    const [status, error] = answers[seen.length - 1]!;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error }));
  });
  const answers: readonly [number, object][] = [
    [401, { message: "invalid x-api-key own-key" }],
    [401, { message: "invalid x-api-key" }],
    [400, { message: "API key not valid", details: [{ reason: "API_KEY_INVALID" }] }],
    [400, { message: "Your credit balance is too low" }],
    [529, { message: "Overloaded" }],
  ];
  const rejected =
    "The provider rejected the organization's Anthropic API key. Replace it under Settings → Models.";
  await assert.rejects(ask({ ownKey: "own-key" }), {
    code: "unreachable",
    message: `The model provider responded with status 401: invalid x-api-key [key]. ${rejected}`,
  });
  await assert.rejects(ask({ ownKey: null }), {
    message: /rejected the server's Anthropic API key\..*Restart/,
  });
  await assert.rejects(ask({ ownKey: "own-key" }), {
    message: `The model provider responded with status 400: API key not valid. ${rejected}`,
  });
  await assert.rejects(ask({ ownKey: "own-key" }), {
    code: "unreachable",
    message: "The model provider responded with status 400: Your credit balance is too low.",
  });
  await assert.rejects(ask({ ownKey: "own-key" }), { message: /status 529: Overloaded\.$/ });
  assert.equal(seen.length, 5, "sends each request once");
});

test("reports a closed connection and a provider that does not respond in time", async (t) => {
  const { ask, seen } = await setUp(t, (_, response) => {
    if (seen.length === 1) response.destroy();
  });
  await assert.rejects(ask({}), { code: "unreachable", message: /request to the model provider failed/ });
  const abort = new AbortController();
  const asked = ask({ signal: abort.signal });
  while (seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  await assert.rejects(asked, {
    code: "unreachable",
    message: /did not respond in time\. Try again later\.$/,
  });
});

test("reports a body that stops before its end", async (t) => {
  const { ask } = await setUp(t, (_, response) => {
    response.writeHead(500, { "content-length": "100" }).write("partial");
    response.destroy();
  });
  await assert.rejects(ask({}), { code: "unreachable", message: /request to the model provider failed/ });
});

test("requires a key for the default address", async () => {
  const none = { credential: null, addresses: { baseUrl: "https://api.anthropic.com" } };
  const askModel = createModelAsker({ providers: { anthropic: none }, log, outbound: testOutbound() });
  const question = {
    family: "anthropic",
    provider: "anthropic",
    credential: null,
    model: models.anthropic,
  } as const;
  await assert.rejects(askModel(question, AbortSignal.timeout(5_000)), {
    code: "invalid_input",
    message: /No Anthropic API key is configured/,
  });
});

interface Seen {
  readonly url: string;
  readonly key: string | undefined;
  readonly body: string;
}

/** Starts a provider on the loopback interface that serves all families. */
async function setUp(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const provider = createServer(async (request, response) => {
    const { url, headers } = request;
    const key =
      headers["x-api-key"] ?? headers["x-goog-api-key"] ?? headers.authorization?.replace("Bearer ", "");
    seen.push({ url: url!, key: key as string | undefined, body: await text(request) });
    answer(request, response);
  });
  provider.listen(0, "127.0.0.1");
  await once(provider, "listening");
  t.after(() => {
    provider.close();
    provider.closeAllConnections();
  });
  const keyed = keyedProvider("operator-key", `http://127.0.0.1:${(provider.address() as AddressInfo).port}`);
  const askModel = createModelAsker({
    providers: { anthropic: keyed, openai: keyed, gemini: keyed },
    log,
    outbound: testOutbound(),
  });
  const ask = ({
    family = "anthropic",
    ownKey = null,
    signal = AbortSignal.timeout(20_000),
  }: {
    readonly family?: ModelFamily;
    readonly ownKey?: string | null;
    readonly signal?: AbortSignal;
  }) =>
    askModel(
      {
        family,
        provider: family,
        credential: ownKey === null ? null : { apiKey: ownKey },
        model: models[family],
      },
      signal,
    );
  return { ask, seen };
}
