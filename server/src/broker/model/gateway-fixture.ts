import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { ModelFamily, OperatorProvider, ProviderCredential } from "../../core/access/index.ts";
import type { ModelMeter, ModelUsage } from "../../core/accounts/index.ts";
import type { Logger, Measurement } from "../../core/base/index.ts";
import type { ModelGateway } from "../../core/turns/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { socketOfTest } from "../testing/socket-of-test.ts";
import type { GatewayTime } from "./gateway-time.ts";
import { loadPrices } from "./metering/prices.ts";
import { createModelGateways } from "./model-gateway.ts";
import type { Providers } from "./provider/connect-provider.ts";

export const log = { info() {}, warn() {}, error() {} };

/** Path that a model loop requests, by family. */
export const loopPath: Record<ModelFamily, string> = {
  anthropic: "/v1/messages",
  openai: "/v1/responses",
  gemini: "/v1beta/models/gemini-2.5-pro:streamGenerateContent",
};

export type Answer = (incoming: IncomingMessage, response: ServerResponse, body: string) => unknown;

export interface Setting {
  readonly family?: ModelFamily;
  /** Provider. Defaults to the family's own. */
  readonly provider?: string;
  /** The operator's key. */
  readonly apiKey?: string | null;
  /** The organization's key. */
  readonly ownKey?: string | null;
  readonly credential?: ProviderCredential;
  readonly socketPath?: string;
  readonly answer?: Answer;
  readonly meter?: Partial<ModelMeter>;
  readonly reachesNetwork?: boolean;
  readonly log?: Logger;
  readonly basePath?: string;
  /** Returns settings of further providers, which take precedence. `providerUrl` is the URL of the fixture's own provider. */
  readonly providers?: (providerUrl: string) => Providers;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders | readonly string[];
  readonly body?: string;
}

/** Returns operator settings for a provider with this key and base URL. */
export const keyedProvider = (apiKey: string | null, baseUrl: string): OperatorProvider => ({
  credential: apiKey === null ? null : { apiKey },
  addresses: { baseUrl },
});

/**
 * Starts a provider on the loopback interface, a gateway that forwards to it and a client of the gateway. The gateway's clock stands still
 * except while the gateway waits.
 */
export async function setUp(t: TestContext, setting: Setting = {}) {
  const { family = "anthropic", apiKey = "operator-key" } = setting;
  const seen: Seen[] = [];
  const provider = createServer(async (incoming, response) => {
    const body = await text(incoming);
    const { method, url, headers, rawHeaders } = incoming;
    seen.push({ method: method!, url: url!, headers, rawHeaders, body });
    if (setting.answer !== undefined) await setting.answer(incoming, response, body);
    else response.end("{}");
  });
  provider.listen(0, "127.0.0.1");
  await once(provider, "listening");
  const stopProvider = () => {
    const closed = once(provider, "close");
    provider.close();
    provider.closeAllConnections();
    return closed;
  };
  t.after(() => (provider.listening ? stopProvider() : undefined));

  const waits: number[] = [];
  const clock = { nowMs: Date.parse("2026-01-02T03:04:05Z") };
  const time: GatewayTime = {
    nowMs: () => clock.nowMs,
    random: () => 1,
    wait: async (ms) => {
      waits.push(ms);
      clock.nowMs += ms;
    },
  };
  const recorded: Omit<ModelUsage, "answerId">[] = [];
  const measured: Measurement[] = [];
  const providerUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const baseUrl = `${providerUrl}${setting.basePath ?? "/base/"}`;
  const other = keyedProvider("key-of-another-family", "http://127.0.0.1:1");
  const providers: Providers = {
    anthropic: other,
    openai: other,
    gemini: other,
    [family]: keyedProvider(apiKey, baseUrl),
    ...setting.providers?.(providerUrl),
  };
  const socketPath = setting.socketPath ?? (await makeSocketPath(t));
  const openModelGateway = createModelGateways({
    providers,
    prices: await loadPrices(null),
    outbound: testOutbound({ privateHosts: [] }),
    log: setting.log ?? log,
    measure: (measurement) => void measured.push(measurement),
    time,
  });
  const gateway: ModelGateway = await openModelGateway({
    ...socketOfTest(socketPath),
    family,
    provider: setting.provider ?? family,
    credential: setting.credential ?? (setting.ownKey == null ? null : { apiKey: setting.ownKey }),
    reachesNetwork: setting.reachesNetwork ?? false,
    meter: {
      hasBudget: false,
      admit: async () => null,
      release: async () => {},
      record: async ({ answerId: _, ...usage }) => void recorded.push(usage),
      ...setting.meter,
    },
  });
  t.after(() => gateway.close());

  const open = (path: string, { method = "POST", headers = {} }: Sent = {}): ClientRequest =>
    request({ socketPath, path, method, headers: headers as OutgoingHttpHeaders });
  const ask = async (path = loopPath[family], { body, ...options }: Sent = {}) => {
    const sent = open(path, options);
    sent.end(options.method === "GET" ? undefined : (body ?? "{}"));
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) };
  };
  return {
    seen,
    gateway,
    open,
    ask,
    stopProvider,
    waits,
    time,
    clock,
    recorded,
    measured,
    socketPath,
    providerUrl,
  };
}

export async function makeSocketPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-broker-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "model.sock");
}
