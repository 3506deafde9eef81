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

test("rejects a provider without its required credential and explains how to configure it", () => {
  for (const provider of ["openrouter", "bedrock", "vertex"]) {
    assert.throws(() => connectProvider({ family: "anthropic", provider }, null, providers, means), {
      code: "invalid_input",
      message: /No .* (API key is|credentials are) configured\. .* on the server\.$/,
    });
  }
  connectProvider({ family: "anthropic", provider: "anthropic" }, null, providers, means).close();
});

test("does not open a gateway to a provider without its credential", async () => {
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

test("requires a key for the vendor's default URL, but not for another base URL", () => {
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

test("rejects an unknown provider, including the name of an inherited property", () => {
  for (const provider of ["", "constructor", "Anthropic", "google"])
    assert.throws(() => connectProvider({ family: "anthropic", provider }, null, providers, means), {
      code: "invalid_input",
      message: /is unknown\. Use one of: anthropic, /,
    });
});
