import { createServer } from "node:http";
import { ignoreMeasurements, type Logger, type Measure } from "../../core/base/index.ts";
import type { Broker, ModelGateway, ModelGatewayInput } from "../../core/turns/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { Semaphore } from "../../runtime/semaphore.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import type { RequestLease } from "../hold-requests.ts";
import { refusePage } from "../refuse-page.ts";
import { serveForwarded } from "../serve-forwarded.ts";
import { type GatewayTime, systemTime } from "./gateway-time.ts";
import { fullTries, type Gateway, handleRequest } from "./handle-request.ts";
import { createLedger } from "./metering/ledger.ts";
import type { Prices } from "./metering/prices.ts";
import { connectProvider, type Providers, requireOperatorKey } from "./provider/connect-provider.ts";
import { createBodyMemory } from "./read-body.ts";
import type { Upstream } from "./upstream.ts";

export interface ModelGatewayOptions {
  readonly providers: Providers;
  readonly prices: Prices;
  readonly log: Logger;
  readonly outbound: Pick<Outbound, "trusting">;
  readonly lease?: RequestLease;
  readonly measure?: Measure;
  readonly time?: GatewayTime;
  /** Maximum time for which closing a gateway waits for its aborted requests. Defaults to ten seconds. */
  readonly closesWithinMs?: number;
}

/** Timeout for receiving a request's headers. Streams have no time limit, because models may think for a long time. */
const headersWithinMs = 30_000;
/** Maximum number of connections per gateway. All programs in a session share its gateway. */
const maxConnections = 128;
/**
 * Maximum number of concurrent metered requests while a budget is set. While a request runs, its maximum cost is reserved from the budget.
 */
const maxMeteredRequests = 8;

/** Creates the function that opens model gateways. Throws `invalid_input` if the operator's base URL of Anthropic, OpenAI or Gemini is not valid. */
export function createModelGateways(options: ModelGatewayOptions): Broker["openModelGateway"] {
  const { providers, prices, log, outbound, lease, time = systemTime, closesWithinMs = 10_000 } = options;
  const { measure = ignoreMeasurements } = options;
  const means = { time, outbound };
  const upstreams = new Map<string, Upstream>();
  /** Returns the upstream with the operator's credential. Sessions share this upstream, including its connections and tokens. */
  const operators = ({ family, provider }: Pick<ModelGatewayInput, "family" | "provider">): Upstream => {
    const key = `${family} by ${provider}`;
    const upstream = upstreams.get(key) ?? connectProvider({ family, provider }, null, providers, means);
    upstreams.set(key, upstream);
    return upstream;
  };
  for (const family of ["anthropic", "openai", "gemini"] as const) operators({ family, provider: family });
  return async ({ family, provider, credential, reachesNetwork, meter, ...socket }) => {
    const isOwn = credential !== null;
    if (!isOwn) requireOperatorKey(provider, providers);
    const upstream = isOwn
      ? connectProvider({ family, provider }, credential, providers, means)
      : operators({ family, provider });
    const gateway: Gateway = {
      upstream,
      isOwnCredential: isOwn,
      reachesNetwork,
      ledger: createLedger(meter, log),
      limit: new Semaphore(meter.hasBudget ? maxMeteredRequests : maxConnections),
      prices,
      memory: createBodyMemory(),
      time,
      log,
      measure,
      lastFailure: null,
      isKeyRejected: false,
      maxTries: fullTries,
    };
    const running = new Set<Promise<void>>();
    const server = createServer(
      { headersTimeout: headersWithinMs, requestTimeout: 0 },
      (request, response) => {
        if (refusePage(request, response)) return;
        const handled = handleRequest(gateway, request, response).finally(() => running.delete(handled));
        running.add(handled);
      },
    );
    const closeSocket = await serveForwarded(server, socket, maxConnections, lease);
    return {
      lastFailure: () => gateway.lastFailure,
      isKeyRejected: () => gateway.isKeyRejected,
      async close() {
        await closeSocket();
        // Both connections of each request were destroyed. A request that hangs nevertheless must not block the turn.
        if (!(await settlesWithin(Promise.all(running), closesWithinMs)))
          log.error(
            { family, provider, running: running.size },
            "model requests are still running after their gateway was closed",
          );
        await gateway.ledger.settle();
        if (isOwn) upstream.close();
      },
    } satisfies ModelGateway;
  };
}
