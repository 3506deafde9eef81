import { AppError } from "../../core/base/index.ts";
import type { HttpsRemote } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import type { LocatedRemote } from "./locate-remote.ts";
import { movedAway } from "./remote-error.ts";

const maxHops = 3;
const askWithinMs = 30_000;
const suffix = "/info/refs";

/**
 * Runs `work` with the remote, and again with its new URL if the repository has moved on the same host. Git itself must not follow
 * redirects, because it would send the credential to any redirect target. Instead, this function finds the new URL and passes it to
 * `onMoved`.
 */
export async function followMove<T>(
  remote: LocatedRemote,
  onMoved: (url: string) => void,
  work: (remote: LocatedRemote) => Promise<T>,
  { fetch, signal }: { readonly fetch: OutboundFetch; readonly signal: AbortSignal },
): Promise<T> {
  try {
    return await work(remote);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.cause !== movedAway || remote.kind !== "https") throw cause;
    const url = await newAddress(remote, fetch, signal);
    if (url === null) throw cause;
    onMoved(url);
    return work({ ...remote, url });
  }
}

/** Returns the URL to which the forge redirects, or null if it is not on the same host (see `staysOnHost`) or cannot be determined. */
async function newAddress(
  remote: HttpsRemote,
  fetch: OutboundFetch,
  signal: AbortSignal,
): Promise<string | null> {
  let at = withoutUser(remote.url);
  for (let hop = 0; hop < maxHops; hop++) {
    const response = await ask(at, remote, { fetch, signal });
    if (response === null) return null;
    if (response.status === 200) return hop === 0 ? null : at;
    if (response.status < 300 || response.status >= 400 || response.location === null) return null;
    const next = URL.parse(response.location, `${at}${suffix}`);
    if (next === null || !staysOnHost(new URL(at), next) || !next.pathname.endsWith(suffix)) return null;
    at = `${next.origin}${next.pathname.slice(0, -suffix.length)}`;
  }
  return null;
}

async function ask(
  at: string,
  { credential }: HttpsRemote,
  { fetch, signal }: { readonly fetch: OutboundFetch; readonly signal: AbortSignal },
) {
  const pair = credential && Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
  try {
    const response = await fetch(`${at}${suffix}?service=git-upload-pack`, {
      headers: { "user-agent": "git/2 (Tembo)", ...(pair ? { authorization: `Basic ${pair}` } : {}) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(askWithinMs)]),
    });
    await response.body?.cancel();
    return { status: response.status, location: response.headers.get("location") };
  } catch {
    signal.throwIfAborted();
    // The caller reports that the repository has moved. The user can act on that error.
    return null;
  }
}

/**
 * Returns true if both URLs have the same scheme, host and port, or if `to` upgrades plain HTTP to HTTPS on the default ports. Returns false if
 * `to` contains a user name or password.
 */
function staysOnHost(from: URL, to: URL): boolean {
  if (to.username !== "" || to.password !== "") return false;
  if (from.origin === to.origin) return true;
  const isUpgrade = from.protocol === "http:" && to.protocol === "https:";
  return isUpgrade && from.port === "" && to.port === "" && from.hostname === to.hostname;
}

function withoutUser(url: string): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href.replace(/\/+$/, "");
}
