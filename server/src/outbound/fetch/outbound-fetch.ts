import { once } from "node:events";
import { isIPv6, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Agent, fetch as send } from "undici";
import { type EgressRule, isAddress } from "../../core/access/index.ts";
import { AppError, type WorkerLease } from "../../core/base/index.ts";
import type { Reach } from "../reach/reach.ts";
import { Refusal } from "../refusal.ts";
import { mayLeadTo, targetOf } from "./address-class.ts";

export interface OutboundInit extends Pick<RequestInit, "method" | "headers" | "body" | "signal"> {
  /**
   * Redirect mode. `manual`, the default, returns a redirect as the response. `follow` follows at most five redirects, and only for read
   * requests.
   */
  readonly redirect?: "manual" | "error" | "follow";
  /**
   * URL of the server whose response contained the requested URL. If that response may not direct the server to this URL, the request fails
   * with `unreachable`.
   */
  readonly namedBy?: string | URL;
}

/**
 * Sends a request like the global `fetch`, over checked connections. Throws `unreachable` if the server may not use the address, if `namedBy` or a
 * redirect may not direct the server to the URL, or if there are too many redirects. Does not connect to a denied address. Throws the errors of
 * `fetch` for network failures.
 */
export type OutboundFetch = (url: string | URL, init?: OutboundInit) => Promise<Response>;

const maxRedirects = 5;
const connectionsOfHost = 32;
const silentForMs = 60_000;
const maxAnswerBytes = 1024 ** 3;
/** Headers that are also sent to another origin after a redirect. */
const harmlessHeaders = ["accept", "range", "user-agent"];

export function createFetch(options: {
  readonly reach: Reach;
  readonly ca: readonly string[] | undefined;
  readonly privateHosts: readonly EgressRule[];
  readonly lease?: Pick<WorkerLease, "whenValid"> | undefined;
}): OutboundFetch {
  const { privateHosts, lease } = options;
  const dispatcher = createPool(options);

  async function sendOnce(url: URL, init: OutboundInit, redirect: "manual" | "error"): Promise<Response> {
    const { namedBy: _, ...rest } = init;
    await lease?.whenValid(init.signal);
    try {
      return (await send(url, { ...rest, redirect, dispatcher } as never)) as unknown as Response;
    } catch (cause) {
      const refusal = cause instanceof Error ? cause.cause : null;
      // For all other connection failures, callers receive the error of `fetch`, after which they retry.
      if (refusal instanceof Refusal && refusal.status === 403)
        throw new AppError("unreachable", refusal.message, { cause });
      throw cause;
    }
  }

  const requireMayLead = (from: URL, to: URL) => {
    if (mayLeadTo(from, to, privateHosts)) return;
    const place = to.host === "" ? `"${to.protocol}"` : to.origin;
    throw new AppError(
      "unreachable",
      `Tembo does not follow the redirect or link from ${from.origin} to ${place}, because it leads from a public host to a private one, from HTTPS to HTTP, or to an invalid HTTP URL. Correct the URL on ${from.origin}.`,
    );
  };

  return async (given, init = {}) => {
    let url = new URL(given);
    if (init.namedBy !== undefined) requireMayLead(new URL(init.namedBy), url);
    if (init.redirect !== "follow") return sendOnce(url, init, init.redirect ?? "manual");
    let headers = new Headers(init.headers);
    for (let redirects = 0; ; redirects++) {
      const response = await sendOnce(url, { ...init, headers }, "manual");
      const location = response.headers.get("location");
      const isRead = /^(?:GET|HEAD)$/i.test(init.method ?? "GET");
      if (![301, 302, 303, 307, 308].includes(response.status) || location === null || !isRead)
        return response;
      await response.body?.cancel();
      if (redirects === maxRedirects)
        throw new AppError(
          "unreachable",
          `${new URL(given).origin} redirects too many times. Check the URL.`,
        );
      const next = URL.parse(location, url.href);
      if (next === null)
        throw new AppError(
          "unreachable",
          `${url.origin} redirects to an invalid URL. Check the URL of the request.`,
        );
      requireMayLead(url, next);
      if (next.origin !== url.origin) headers = only(headers, harmlessHeaders);
      url = next;
    }
  };
}

function only(headers: Headers, names: readonly string[]): Headers {
  return new Headers([...headers].filter(([name]) => names.includes(name)));
}

/** Creates a connection pool with keep-alive connections for each host. The reach opens every connection. */
function createPool({
  reach,
  ca,
}: {
  readonly reach: Reach;
  readonly ca: readonly string[] | undefined;
}): Agent {
  return new Agent({
    connections: connectionsOfHost,
    keepAliveTimeout: 4_000,
    headersTimeout: silentForMs,
    bodyTimeout: silentForMs,
    maxResponseSize: maxAnswerBytes,
    allowH2: false,
    connect: ({ protocol, hostname, port }, done) => {
      open(protocol, hostname, port).then(
        (socket) => done(null, socket),
        (error: Error) => done(error, null),
      );
    },
  });

  async function open(protocol: string, hostname: string, port: string): Promise<Socket> {
    // undici passes an IPv6 address without brackets.
    const written = isIPv6(hostname) ? `[${hostname}]` : hostname;
    const target = targetOf(new URL(`${protocol}//${written}${port === "" ? "" : `:${port}`}`));
    if (target === null) throw new Error(`${hostname} is not a valid host`);
    const socket = await reach.connect(target, AbortSignal.timeout(silentForMs));
    // A keep-alive connection that the server has closed must not be reused.
    socket.allowHalfOpen = false;
    if (protocol !== "https:") return socket;
    const { host } = target;
    const secure = connectTls({
      socket,
      host,
      ...(isAddress(host) ? {} : { servername: host }),
      ...(ca && { ca: [...ca] }),
      ALPNProtocols: ["http/1.1"],
    });
    try {
      await once(secure, "secureConnect", { signal: AbortSignal.timeout(silentForMs) });
      return secure;
    } catch (cause) {
      secure.destroy();
      throw cause;
    }
  }
}
