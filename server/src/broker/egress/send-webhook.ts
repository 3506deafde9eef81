import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request as sendPlain } from "node:http";
import { request as sendTls } from "node:https";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { canonicalHost, formatHostPort } from "../../core/egress/canonical-host.ts";
import type { EgressRule } from "../../core/egress/egress-policy.ts";
import { isAddress } from "../../core/egress/ip-address.ts";
import { isPermittedPrivateAddress, isPublicAddress } from "../../core/egress/public-address.ts";
import { AppError, reason } from "../../core/errors.ts";
import type { WebhookAnswer, WebhookRequest } from "../../core/ports/broker.ts";
import { isPrivateHost } from "./reach/find-addresses.ts";
import type { Reach } from "./reach/reach.ts";
import type { Target } from "./reach/target.ts";

const maxAnswerBytes = 1_024;

export interface WebhookWays {
  readonly reach: Reach;
  readonly ca: readonly string[] | undefined;
  readonly privateHosts: readonly EgressRule[];
}

/** Posts once, over a connection of its own to an address that was checked for it. Throws `unreachable`. */
export async function sendWebhook(
  { url: text, headers, body }: WebhookRequest,
  { reach, ca, privateHosts }: WebhookWays,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const problem = problemOfWebhookUrl(text, privateHosts);
  if (problem !== null) throw new AppError("unreachable", problem);
  const url = new URL(text);
  const target = targetOf(url)!;
  const open: Socket[] = [];
  try {
    const plain = await reach.connect(target, signal);
    open.push(plain);
    const isTls = url.protocol === "https:";
    const socket = isTls ? secured(plain, target.host, ca) : plain;
    open.push(socket);
    const request = (isTls ? sendTls : sendPlain)(url, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body), connection: "close" },
      createConnection: () => socket,
      signal,
    });
    request.end(body);
    const [answer] = (await once(request, "response", { signal })) as [IncomingMessage];
    const retryAfter = answer.headers["retry-after"];
    return {
      status: answer.statusCode ?? 0,
      body: await beginningOf(answer),
      ...(retryAfter !== undefined && { retryAfter }),
    };
  } catch (cause) {
    const why = signal.aborted ? "it did not answer in time" : reason(cause);
    const place = formatHostPort(target.host, target.port);
    throw new AppError("unreachable", `No answer from ${place}: ${why}`, { cause });
  } finally {
    for (const socket of open) socket.destroy();
  }
}

/**
 * A sentence for a URL that no webhook may have: of http to a host that is not the operator's own, with a user, or of a private address.
 * Where a name leads is only known, and checked, when something is sent.
 */
export function problemOfWebhookUrl(text: string, privateHosts: readonly EgressRule[]): string | null {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    return 'The "url" is no address of https; give one such as https://example.com/tembo.';
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    return 'The "url" takes no user, password or fragment; requests show by their signature who sends them.';
  const target = targetOf(url);
  if (target === null) return 'The "url" names no host; give one such as https://example.com/tembo.';
  const isPrivate = isPrivateHost(privateHosts, target);
  const place = formatHostPort(target.host, target.port);
  if (url.protocol === "http:" && !isPrivate)
    return `A webhook's "url" is of https; of http only where whoever runs Tembo adds "${place}" to TEMBO_EGRESS_PRIVATE_HOSTS.`;
  if (!isAddress(target.host)) return null;
  const isPermitted = isPrivate ? isPermittedPrivateAddress : isPublicAddress;
  return isPermitted(target.host)
    ? null
    : `${place} is an address of a private network. Whoever runs Tembo allows it by adding "${place}" to TEMBO_EGRESS_PRIVATE_HOSTS.`;
}

function targetOf(url: URL): Target | null {
  const host = canonicalHost(url.hostname);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return host === null || port === 0 ? null : { host, port };
}

function secured(socket: Socket, host: string, ca: readonly string[] | undefined): Socket {
  return connectTls({
    socket,
    host,
    ...(isAddress(host) ? {} : { servername: host }),
    ...(ca && { ca: [...ca] }),
  });
}

/** What came when the answer is cut or stays open: its status is known by then. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxAnswerBytes) break;
    }
  } catch {
    // Cut, or out of time: what came by then is told.
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString("utf8");
}
