import type { ClientRequest } from "node:http";
import { AppError } from "../../../core/base/index.ts";
import type { Outbound } from "../../../outbound/outbound.ts";
import type { Outgoing } from "../upstream.ts";

export interface Base {
  /** Value of the `host` header. */
  readonly host: string;
  /** Returns the path for a target below the base URL. */
  pathOf(target: string): string;
  request(outgoing: Outgoing, signal: AbortSignal): Promise<ClientRequest>;
  close(): void;
}

/**
 * Connects to a base URL. The URL comes from the operator or from the provider's defaults. An organization determines at most the region in it.
 * The URL may therefore point to a private network, such as a cloud's private endpoint or a service on the server's machine. Throws
 * `invalid_input` if the base URL is not valid.
 */
export function connectBase(name: string, baseUrl: string, outbound: Pick<Outbound, "trusting">): Base {
  const base = parseBase(name, baseUrl);
  const trusted = outbound.trusting(base.href);
  const agent = trusted.createAgent(base.protocol as "http:" | "https:");
  const pathOf = (target: string) => `${base.pathname.replace(/\/+$/, "")}${target}`;
  return {
    host: base.host,
    pathOf,
    request: ({ method, target, headers, bytes }, signal) =>
      trusted.request(base, {
        agent,
        method,
        signal,
        path: pathOf(target),
        headers: {
          ...headers,
          host: base.host,
          ...(method === "POST" && { "content-length": bytes.length }),
        },
      }),
    close: () => agent.destroy(),
  };
}

function parseBase(name: string, baseUrl: string): URL {
  const base = URL.parse(baseUrl);
  if (base !== null && /^https?:$/.test(base.protocol)) return base;
  throw new AppError(
    "invalid_input",
    `The base URL of ${name}, ${JSON.stringify(baseUrl)}, is not valid. Set it to an http or https URL.`,
  );
}
