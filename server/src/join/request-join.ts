import { hostname } from "node:os";
import { AppError, withReason } from "../core/base/index.ts";
import { createOutbound, type Outbound } from "../outbound/outbound.ts";
import { readBounded } from "../runtime/read-bounded.ts";
import { hostHeader, type JoinAnswer, joinPath, versionHeader } from "./join-answer.ts";
import { joinKeysOf, openJoinAnswer } from "./join-keys.ts";

const limitMs = 30_000;
const maxAnswerBytes = 1024 * 1024;

export interface JoinPlace {
  readonly url: string;
  readonly token: string;
  /** Version of this machine. */
  readonly version: string;
  /** Hosts, as `host` or `host:port`, to which plain HTTP is permitted. */
  readonly privateHosts: readonly string[];
}

/** Receives settings and keys from a server. Throws an `AppError` that names the reason of a failure. */
export async function requestJoin(place: JoinPlace, outbound: Outbound): Promise<JoinAnswer> {
  const base = joinUrl(place);
  const keys = joinKeysOf(place.token);
  const response = await send(base, outbound, {
    authorization: `Bearer ${keys.id}.${keys.proof.toString("base64url")}`,
    [versionHeader]: place.version,
    [hostHeader]: hostname(),
  });
  const body = await readBounded(response.body, maxAnswerBytes, () => notTembo(base));
  if (response.status !== 200) throw refusalOf(base, response.status, body);
  return JSON.parse(openJoinAnswer(keys, body)) as JoinAnswer;
}

/** Returns the server's URL. Throws `invalid_input` if the URL is not valid or would send the proof unencrypted. */
export function joinUrl({ url, privateHosts }: Pick<JoinPlace, "url" | "privateHosts">): URL {
  const base = URL.parse(url.replace(/\/+$/, ""));
  if (base === null || !["http:", "https:"].includes(base.protocol) || base.username !== "")
    throw new AppError(
      "invalid_input",
      "The value of --join is not a URL such as https://tembo.example.com.",
    );
  const isPermitted =
    isLoopback(base.hostname) || [base.hostname, base.host].some((host) => privateHosts.includes(host));
  if (base.protocol === "https:" || isPermitted) return base;
  throw new AppError(
    "invalid_input",
    `${base.origin} is not encrypted. Use https://, or list the host in TEMBO_PRIVATE_HOSTS if the network is trusted.`,
  );
}

const isLoopback = (host: string) =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);

async function send(
  base: URL,
  outbound: Outbound,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  try {
    return await outbound.fetch(`${base.href.replace(/\/+$/, "")}${joinPath}`, {
      method: "POST",
      headers,
      signal: AbortSignal.timeout(limitMs),
    });
  } catch (cause) {
    const message = withReason(`The server at ${base.origin} does not respond`, cause);
    throw new AppError("unreachable", `${message} Check the URL, and whether this machine can reach it.`, {
      cause,
    });
  }
}

function refusalOf(base: URL, status: number, body: Buffer): AppError {
  if (![401, 409, 410, 429, 500].includes(status)) return notTembo(base);
  // The server is not verified, so its text must not control the terminal.
  const text = body
    .toString("utf8")
    .slice(0, 1_000)
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
  return new AppError(status === 409 ? "conflict" : "invalid_input", text);
}

const notTembo = (base: URL) =>
  new AppError(
    "invalid_input",
    `${base.origin} is not a Tembo server that machines can join. Use the URL of the dashboard.`,
  );

/** Returns a client that may connect to the server, wherever it is, because the operator named it. */
export const joinOutbound = (url: URL, options: Parameters<typeof createOutbound>[0]): Outbound =>
  createOutbound(options).trusting(url.href);
