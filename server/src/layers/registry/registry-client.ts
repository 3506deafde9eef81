import { z } from "zod";
import { AppError, retryAfterMs, rootReason, withReason } from "../../core/base/index.ts";
import type { ImageCredential } from "../../core/turns/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { backoffMs } from "../../runtime/backoff.ts";
import { readBounded } from "../../runtime/read-bounded.ts";
import { retry } from "../../runtime/retry.ts";
import { parseChallenge } from "./challenge.ts";
import { type ImageReference, isSameRegistry } from "./reference.ts";

export interface RegistryClientOptions {
  readonly fetch: OutboundFetch;
  readonly reference: ImageReference;
  /** Credential, which is used only if it is for this registry. */
  readonly credential: ImageCredential | null;
  /** Waits between attempts. Tests wait less. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

const maxAttempts = 5;
const maxWaitMs = 60_000;
const maxTokenBytes = 256 * 1024;
const usualBackoff = { firstMs: 500, maxMs: 16_000 };
const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** Client of one repository of a registry (OCI distribution specification 1.1). */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  #authorization: string | null = null;

  constructor(options: RegistryClientOptions) {
    const { credential, reference } = options;
    const only = credential?.registry ?? null;
    const mayUse = only === null || isSameRegistry(only, reference.registry);
    this.#options = { ...options, credential: mayUse ? credential : null };
  }

  /**
   * Requests a path of the repository. Signs in if the registry asks for it, retries failures that may pass, and follows redirects without
   * the credential. Throws `image_failed` if the response is not successful.
   */
  async get(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    const { backoff = usualBackoff } = this.#options;
    const response = await retry(() => this.#getOnce(path, headers, signal), {
      signal,
      afterError: (cause, { number }) =>
        cause instanceof AppError || number >= maxAttempts ? null : backoffMs(backoff, number),
      afterResult: async ({ status, headers: answered, body }, { number }) => {
        if ((status < 500 && status !== 429) || number >= maxAttempts) return null;
        const waitMs =
          retryAfterMs(answered.get("retry-after") ?? undefined, Date.now()) ?? backoffMs(backoff, number);
        if (waitMs > maxWaitMs) return null;
        await body?.cancel();
        return waitMs;
      },
    }).catch((cause) => {
      signal.throwIfAborted();
      if (cause instanceof AppError) throw cause;
      throw this.fail(
        "does not respond",
        `${withReason("The connection failed", rootReason(cause))} Try again.`,
        cause,
      );
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw this.#failureOf(response);
  }

  /** Creates an error about this image. */
  fail(what: string, fix: string, cause?: unknown): AppError {
    const { registry, repository } = this.#options.reference;
    return new AppError("image_failed", `The registry ${registry} ${what} (${repository}). ${fix}`, {
      cause,
    });
  }

  async #getOnce(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const { fetch, reference } = this.#options;
    const url = `${reference.origin}/v2/${reference.repository}/${path}`;
    const send = () =>
      fetch(url, {
        headers: { ...headers, ...(this.#authorization !== null && { authorization: this.#authorization }) },
        redirect: "follow",
        signal,
      });
    const response = await send();
    if (response.status !== 401) return response;
    // A token expires during a long download, so each request may sign in again, but only once.
    const authorization = await this.#authorize(response.headers.get("www-authenticate"), signal);
    if (authorization === null) return response;
    await response.body?.cancel();
    if (typeof authorization !== "string") return authorization;
    this.#authorization = authorization;
    return send();
  }

  /**
   * Returns the value of the `Authorization` header that the registry demands, or null if there is none. Returns the response if signing in
   * may succeed later, or if the registry does not accept the credential.
   */
  async #authorize(header: string | null, signal: AbortSignal): Promise<string | Response | null> {
    const { fetch, reference, credential } = this.#options;
    const basic =
      credential === null
        ? null
        : `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`;
    const challenge = parseChallenge(header);
    if (challenge === null) return null;
    if (challenge.scheme === "basic") return basic;
    const realm = URL.parse(challenge.realm);
    if (realm === null) throw this.fail("names an invalid sign-in URL", "Contact its operator.");
    if (challenge.service !== null) realm.searchParams.set("service", challenge.service);
    realm.searchParams.set("scope", challenge.scope ?? `repository:${reference.repository}:pull`);
    const response = await fetch(realm, {
      headers: { accept: "application/json", ...(basic !== null && { authorization: basic }) },
      namedBy: reference.origin,
      signal,
    });
    if ([401, 403, 429].includes(response.status) || response.status >= 500) return response;
    if (!response.ok) {
      await response.body?.cancel();
      throw this.fail(`rejected the sign-in with status ${response.status}`, "Contact its operator.");
    }
    const token = await this.#readToken(response);
    return `Bearer ${token}`;
  }

  async #readToken(response: Response): Promise<string> {
    const invalid = () => this.fail("returned an invalid token", "Contact its operator.");
    const body = await readBounded(response.body, maxTokenBytes, invalid);
    const parsed = tokenSchema.safeParse(parseJson(body.toString("utf8")));
    const token = parsed.success ? (parsed.data.token ?? parsed.data.access_token) : undefined;
    if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) throw invalid();
    return token;
  }

  #failureOf({ status, headers }: Response): AppError {
    const { version } = this.#options.reference;
    if (status === 401 || status === 403)
      return this.fail(
        "does not allow reading the image",
        this.#options.credential === null
          ? "Check the name of the image, or add a credential for the registry."
          : "Check the name of the image and the credential for the registry.",
      );
    if (status === 404)
      return this.fail(`does not have "${version}"`, "Check the name and the tag of the image.");
    if (status === 429) {
      const when = timeOf(headers.get("retry-after"));
      return this.fail(
        "has reached its rate limit",
        `Try again ${when}, or add a credential with a higher limit.`,
      );
    }
    return this.fail(`failed with status ${status}`, "Try again.");
  }
}

/** Converts a `Retry-After` header (RFC 9110, section 10.2.3) to the end of a sentence. */
function timeOf(after: string | null): string {
  if (after === null) return "later";
  return /^\d{1,6}$/.test(after) ? `in ${after} seconds` : `after ${after.slice(0, 40)}`;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
