import * as http from "node:http";
import * as https from "node:https";
import { AppError } from "../../../core/errors.ts";
import type { Outgoing } from "../upstream.ts";

/** Where a provider is reached. */
export interface Base {
  /** As the `host` header has it. */
  readonly host: string;
  /** The path that a target is sent to. */
  pathOf(target: string): string;
  request(outgoing: Outgoing, signal: AbortSignal): http.ClientRequest;
  close(): void;
}

/** Shorter than the five seconds after which many servers hang up: a request sent into that moment would be lost. */
const forgetSocketAfterMs = 4_000;

/** Throws `invalid_input` when the base URL is none. */
export function connectBase(name: string, baseUrl: string): Base {
  const base = parseBase(name, baseUrl);
  const client = base.protocol === "https:" ? https : http;
  const agent = new client.Agent({ keepAlive: true, timeout: forgetSocketAfterMs });
  const pathOf = (target: string) => `${base.pathname.replace(/\/+$/, "")}${target}`;
  return {
    host: base.host,
    pathOf,
    request: ({ method, target, headers, bytes }, signal) =>
      client.request({
        agent,
        method,
        signal,
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[(.*)\]$/, "$1"),
        port: base.port,
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
