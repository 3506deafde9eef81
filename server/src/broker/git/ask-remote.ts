import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { asSentence, withReason } from "../../core/base/index.ts";
import type { HttpsRemote } from "../../core/forges/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { contentTypeOf, type GitAnswer, type GitCall } from "./git-call.ts";
import { Refusal } from "./read-body.ts";

/** Timeout for a connection that transfers no data. It is long, because the forge's hooks may delay the response to a push. */
const silentForMs = 10 * 60_000;
const maxWordsBytes = 2048;

/**
 * Sends the call to a repository over HTTP or HTTPS, with the credential. Throws a `Refusal`, whose message contains no credentials, if the
 * forge cannot be reached or does not respond like a git server.
 */
export async function askRemote(
  remote: HttpsRemote,
  call: GitCall,
  outbound: Pick<Outbound, "request">,
  signal: AbortSignal,
): Promise<GitAnswer> {
  const { target, authorization, secrets } = requestUrl(remote, call);
  const response = await send(target, authorization, call, { outbound, signal }).catch((cause) => {
    signal.throwIfAborted();
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(502, strike(withReason("The forge cannot be reached", cause), secrets));
  });
  const status = response.statusCode!;
  if (status === 200 && response.headers["content-type"] === contentTypeOf(call))
    return { body: response, encoding: response.headers["content-encoding"] };
  throw new Refusal(statusFor(status), strike(sentenceFor(status, await readErrorText(response)), secrets));
}

async function send(
  target: URL,
  authorization: string | null,
  call: GitCall,
  { outbound, signal }: { readonly outbound: Pick<Outbound, "request">; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const request = await outbound.request(target, {
    method: call.body === null ? "GET" : "POST",
    signal,
    timeout: silentForMs,
    headers: {
      "user-agent": "git/2 (Tembo)",
      accept: contentTypeOf(call),
      ...(call.protocol === undefined ? {} : { "git-protocol": call.protocol }),
      ...(call.body === null ? {} : { "content-type": `application/x-${call.service}-request` }),
      ...(call.bodyBytes === undefined ? {} : { "content-length": call.bodyBytes }),
      ...(authorization === null ? {} : { authorization }),
    },
  });
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", reject);
    request.once("timeout", () => request.destroy(new Error("it sent no data for too long")));
    if (call.body === null) request.end();
    else
      pipeline(call.body, request).catch((cause) => {
        reject(cause);
        request.destroy();
      });
  });
}

function requestUrl(remote: HttpsRemote, call: GitCall) {
  const target = new URL(remote.url);
  const { credential } = remote;
  target.pathname = `${target.pathname.replace(/\/+$/, "")}/${call.body === null ? "info/refs" : call.service}`;
  target.search = call.body === null ? `?service=${call.service}` : "";
  if (credential === null) return { target, authorization: null, secrets: [] };
  const pair = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
  const secrets = [pair, credential.password, encodeURIComponent(credential.password)];
  return { target, authorization: `Basic ${pair}`, secrets: secrets.filter((secret) => secret !== "") };
}

/** Status 401 would make git prompt for a password. Git's messages for other statuses would blame the URL that the session uses. */
const statusFor = (status: number) => (status === 403 || status === 404 || status === 429 ? status : 502);

function sentenceFor(status: number, words: string): string {
  const detail = words === "" ? "" : ` The forge's message: ${asSentence(words)}`;
  if (status === 200) return "The forge did not respond as a git server. Check the repository's URL.";
  if (status >= 300 && status < 400)
    return 'The repository was renamed or moved. Run "tembo integration sync INTEGRATION".';
  if (status === 401)
    return "The forge rejected the session's credential. Renew the integration's credential.";
  return `The forge responded with status ${status}.${detail}`;
}

async function readErrorText(response: IncomingMessage): Promise<string> {
  const isText = /^text\/plain\b/.test(response.headers["content-type"] ?? "");
  if (!isText || response.headers["content-encoding"] !== undefined) {
    response.destroy();
    return "";
  }
  let words = "";
  for await (const chunk of response as Readable) {
    words += String(chunk);
    if (words.length > maxWordsBytes) break;
  }
  return words.slice(0, maxWordsBytes).replaceAll(/\s+/g, " ").trim();
}

function strike(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) text = text.replaceAll(secret, "***");
  return text.slice(0, 600);
}
