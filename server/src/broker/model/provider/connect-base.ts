import type { ClientRequest } from "node:http";
import { AppError } from "../../../core/base/index.ts";
import type { Outbound } from "../../../outbound/outbound.ts";
import type { Outgoing } from "../upstream.ts";

/** Where a provider is reached. */
export interface Base {
  /** As the `host` header has it. */
  readonly host: string;
  /** The path that a target is sent to. */
  pathOf(target: string): string;
  request(outgoing: Outgoing, signal: AbortSignal): ClientRequest;
  close(): void;
}

/**
 * The address is the operator's or the provider's own, never an organization's: it may be in a private network, as behind an endpoint of a
 * cloud's own or beside the server. Throws `invalid_input` when the base URL is none.
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
  throw new AppError("invalid_input", `The base URL of ${name} is not an http or https URL: ${baseUrl}`);
}
