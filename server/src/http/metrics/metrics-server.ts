import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type Logger, reason } from "../../core/base/index.ts";
import { createHostCheck } from "../admission/hosts.ts";

export interface MetricsServerOptions {
  /** Returns the metrics in the text format of Prometheus. */
  readonly read: () => Promise<string>;
  /** Token that requests must send. If null, requests must name localhost or an IP address as their host. */
  readonly token: string | null;
  readonly log: Logger;
}

/** Replaces the advice of the host check, whose settings do not apply to this address. */
const hostProblem =
  "Without a token, this address accepts only requests for localhost or an IP address. Use one of these as the host, or set TEMBO_METRICS_TOKEN.";
/** Content type of version 0.0.4 of the text format. */
const contentType = "text/plain; version=0.0.4; charset=utf-8";
const maxConnections = 16;
const requestTimeoutMs = 10_000;
/** Time after which a connection without traffic closes, so that clients that do not read leave connections to others. */
const idleMs = 30_000;

/** Creates the HTTP server of `/metrics`, which serves nothing else. Does not start listening. */
export function createMetricsServer({ read, token, log }: MetricsServerOptions): Server {
  const refuseHost = createHostCheck({ allowed: [], publicUrl: () => "http://localhost" });
  const refusalOf = ({
    url = "",
    method,
    headers,
  }: IncomingMessage): [status: number, text: string] | null => {
    if (token === null && refuseHost({ host: headers.host, path: url }) !== null) return [421, hostProblem];
    if (token !== null && !isBearer(headers.authorization, token))
      return [401, 'Send the value of TEMBO_METRICS_TOKEN as "authorization: Bearer ...".'];
    if (url.split("?", 1)[0] !== "/metrics") return [404, "This address serves only /metrics."];
    return method === "GET" || method === "HEAD" ? null : [405, "Send a GET request."];
  };
  const server = createServer(
    { headersTimeout: requestTimeoutMs, requestTimeout: requestTimeoutMs, maxHeaderSize: 8 * 1024 },
    (request, response) => {
      request.resume();
      const refusal = refusalOf(request);
      if (refusal !== null) {
        const [status, text] = refusal;
        const challenge = status === 401 ? { "www-authenticate": 'Bearer realm="tembo metrics"' } : {};
        response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...challenge });
        response.end(`${text}\n`);
        return;
      }
      read().then(
        (text) => {
          response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" });
          response.end(text);
        },
        (cause: unknown) => {
          log.error({ err: cause }, "the metrics could not be read");
          response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
          response.end(`The metrics could not be read: ${reason(cause)}\n`);
        },
      );
    },
  );
  server.maxConnections = maxConnections;
  server.timeout = idleMs;
  return server;
}

function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
}
