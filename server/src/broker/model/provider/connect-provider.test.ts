import assert from "node:assert/strict";
import { test } from "node:test";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { keyedProvider, log } from "../gateway-fixture.ts";
import { systemTime } from "../gateway-time.ts";
import { loadPrices } from "../metering/prices.ts";
import { createModelGateways } from "../model-gateway.ts";
import { connectProvider, requireOperatorKey } from "./connect-provider.ts";

const means = { time: systemTime, outbound: testOutbound() };
const keyed = keyedProvider(null, "http://127.0.0.1:1");
const providers = { anthropic: keyed, openai: keyed, gemini: keyed };

test("a provider that needs a credential and has none is refused with what to give", () => {
  for (const provider of ["openrouter", "bedrock", "vertex"]) {
    assert.throws(() => connectProvider({ family: "anthropic", provider }, null, providers, means), {
      code: "invalid_input",
      message: /No .* (API key is|credentials are) configured\. .* on the server\.$/,
    });
  }
  connectProvider({ family: "anthropic", provider: "anthropic" }, null, providers, means).close();
});

test("no gateway is opened to a provider without its credential, and nothing is left of it", async () => {
  const open = createModelGateways({
    providers,
    prices: await loadPrices(null),
    log,
    outbound: testOutbound({ privateHosts: [] }),
  });
  await assert.rejects(
    open({
      listen: () => assert.fail("listens"),
      family: "anthropic",
      provider: "bedrock",
      credential: null,
      reachesNetwork: false,
      meter: { hasBudget: false, admit: async () => null, release: async () => {}, record: async () => {} },
    }),
    { code: "invalid_input", message: /Amazon Bedrock/ },
  );
});

test("a family's own provider is not asked without a key; another address may need none", () => {
  const vendorsUrl = "https://api.anthropic.com";
  assert.throws(
    () => requireOperatorKey("anthropic", { ...providers, anthropic: keyedProvider(null, vendorsUrl) }),
    {
      code: "invalid_input",
      message: /No Anthropic API key is configured\. .*ANTHROPIC_API_KEY on the server/,
    },
  );
  requireOperatorKey("anthropic", { ...providers, anthropic: keyedProvider("key", vendorsUrl) });
  requireOperatorKey("anthropic", providers);
});

test("an unknown provider is rejected, also by a name that every object inherits", () => {
  for (const provider of ["", "constructor", "Anthropic", "google"])
    assert.throws(() => connectProvider({ family: "anthropic", provider }, null, providers, means), {
      code: "invalid_input",
      message: /is unknown; the known ones are: anthropic, /,
    });
});
