import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import {
  type EgressRule,
  formatHostPort,
  isAddress,
  isPermittedPrivateAddress,
  isPublicAddress,
} from "../../core/access/index.ts";
import { AppError, reason, withReason } from "../../core/base/index.ts";
import type { WebhookAnswer, WebhookRequest } from "../../core/turns/index.ts";
import { targetOf } from "../../outbound/fetch/address-class.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { isPrivateHost } from "../../outbound/reach/find-addresses.ts";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import { readStart } from "../../runtime/read-bounded.ts";

const maxAnswerBytes = 1_024;

/**
 * Sends a webhook once, on a separate connection to a checked address. Returns the status and the first 1,024 bytes of the response. Throws
 * `unreachable` if `problemOfWebhookUrl` rejects the URL, or if the host cannot be reached or does not respond before `signal` aborts.
 */
export async function sendWebhook(
  { url: text, headers, body }: WebhookRequest,
  outbound: Pick<Outbound, "request" | "privateHosts">,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const problem = problemOfWebhookUrl(text, outbound.privateHosts);
  if (problem !== null) throw new AppError("unreachable", problem);
  const url = new URL(text);
  const request = await outbound.request(url, {
    method: "POST",
    headers: { ...headers, "content-length": Buffer.byteLength(body), connection: "close" },
    signal,
  });
  try {
    request.end(body);
    const [answer] = (await once(request, "response", { signal })) as [IncomingMessage];
    const retryAfter = answer.headers["retry-after"];
    return {
      status: answer.statusCode ?? 0,
      body: await readBeginning(answer),
      ...(retryAfter !== undefined && { retryAfter }),
    };
  } catch (cause) {
    const why = signal.aborted ? "it did not respond in time" : reason(cause);
    const { host, port } = targetOf(url)!;
    throw new AppError("unreachable", withReason(`No response from ${formatHostPort(host, port)}`, why), {
      cause,
    });
  } finally {
    // The rest of the response is not needed, so its errors are ignored.
    request.on("error", () => {});
    request.destroy();
  }
}

/**
 * Returns an error message if a webhook must not have this URL, or null if it may. A URL must use HTTP or HTTPS, and contain no user, password
 * or fragment. Plain HTTP and private addresses are permitted only for hosts that the operator lists. The addresses behind a host name are
 * checked only when a request is sent.
 */
export function problemOfWebhookUrl(text: string, privateHosts: readonly EgressRule[]): string | null {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    return 'The "url" is not a valid HTTPS URL. Use one such as https://example.com/tembo.';
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    return 'The "url" must not contain a username, password or fragment. Verify the signature of each request to authenticate it.';
  const target = targetOf(url);
  if (target === null) return 'The "url" has no host. Use one such as https://example.com/tembo.';
  const isPrivate = isPrivateHost(privateHosts, target);
  const place = formatHostPort(target.host, target.port);
  if (url.protocol === "http:" && !isPrivate)
    return `A webhook's "url" must use https. To allow http, the operator of Tembo can add "${place}" to TEMBO_PRIVATE_HOSTS.`;
  if (!isAddress(target.host)) return null;
  const isPermitted = isPrivate ? isPermittedPrivateAddress : isPublicAddress;
  return isPermitted(target.host)
    ? null
    : `${place} is a private network address. The operator of Tembo can allow it by adding "${place}" to TEMBO_PRIVATE_HOSTS.`;
}

/** Returns the start of the body, even if the response is interrupted or remains open. */
async function readBeginning(answer: IncomingMessage): Promise<string> {
  const beginning = new BoundedBuffer(maxAnswerBytes);
  try {
    await readStart(answer, beginning);
  } catch {
    // The response was interrupted or timed out, so the received part is returned.
  }
  return beginning.toBuffer().toString("utf8");
}
