import { type APIError, TemboError } from "./errors.ts";
import type { WebSocketConstructor } from "./live/web-socket.ts";

export interface ClientOptions {
  /**
   * An API key of the server. Defaults to the `TEMBO_API_KEY` environment variable. Use `null` in a page that the
   * server itself serves, where requests contain the cookie of the signed-in user.
   */
  apiKey?: string | null | undefined;
  /**
   * The URL of the server. In a page, if `apiKey` is `null`, defaults to the page's origin. Otherwise, defaults to the
   * `TEMBO_BASE_URL` environment variable, or to http://127.0.0.1:3000 if the variable is not set.
   */
  baseURL?: string | null | undefined;
  /**
   * Timeout of one attempt in milliseconds, including the time to read the body. Defaults to 60,000. The client retries
   * an attempt that timed out if the request is safe to send twice.
   */
  timeout?: number | undefined;
  /** Maximum number of retries of a request. Defaults to 2. */
  maxRetries?: number | undefined;
  /** Called before the delay of each retry, so that a program can report it. */
  onRetry?: ((retry: Retry) => void) | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  /**
   * The WebSocket class for `live.connect` and terminals. Node versions before 22 have no built-in WebSocket: pass the
   * class of the `ws` package.
   */
  WebSocket?: WebSocketConstructor | undefined;
  /**
   * Returns the `pageSecret` from the `signIn.create` response, or null if no user is signed in. Only for a page that
   * the server serves. The page keeps the secret in the storage of its origin.
   */
  pageSecret?: (() => string | null) | undefined;
  /** Additional headers of every request. */
  defaultHeaders?: Record<string, string> | undefined;
}

/** A failed request that is about to be retried. */
export interface Retry {
  readonly error: APIError;
  /** Milliseconds until the retry. */
  readonly delayMs: number;
  /** Number of the retry, starting at 1. */
  readonly retry: number;
}

/** Settings of a single request, which override the client's settings. */
export interface RequestOptions {
  /** Timeout of one attempt in milliseconds. */
  timeout?: number | undefined;
  maxRetries?: number | undefined;
  /** Aborts the request, including the delay before a retry. The call then throws an `APIUserAbortError`. */
  signal?: AbortSignal | undefined;
  headers?: Record<string, string> | undefined;
  /**
   * Idempotency key of a POST request. Within a day, the server runs a request with the same key and body once and
   * returns the same response each time, unless the request failed or its response contains a secret. A key has 1 to
   * 255 letters, digits or punctuation characters. The client generates a key for every POST request that may be
   * retried. To cover a restart of your program too, pass your own key.
   */
  idempotencyKey?: string | undefined;
}

export interface ClientSettings {
  /** The API key, or null if the cookie of the page identifies the user. */
  readonly apiKey: string | null;
  /** The server's URL without a trailing slash. */
  readonly baseURL: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly onRetry: (retry: Retry) => void;
  readonly fetch: typeof globalThis.fetch;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly pageSecret: () => string | null;
  readonly defaultHeaders: Readonly<Record<string, string>>;
}

/** Tembo is self-hosted, so no URL fits every user. This is the default URL of `tembo start`. */
const defaultBaseURL = "http://127.0.0.1:3000";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the settings of a client from its options and the environment. Throws a `TemboError` if no API key is set or
 * an option is invalid.
 */
export function settingsOf(
  options: ClientOptions,
  environment: Environment = environmentOfProcess(),
): ClientSettings {
  const { fetch } = options;
  return {
    apiKey: options.apiKey === null ? null : checkedKey(options.apiKey ?? environment.TEMBO_API_KEY),
    baseURL: checkedURL(
      options.baseURL ?? (options.apiKey === null ? originOfPage() : null) ?? environment.TEMBO_BASE_URL,
    ),
    timeout: checkedNumber("timeout", options.timeout ?? 60_000, 1),
    maxRetries: checkedNumber("maxRetries", options.maxRetries ?? 2, 0),
    onRetry: options.onRetry ?? (() => {}),
    // Called on `globalThis`, because browsers reject fetch when it is called as a method of another object.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    pageSecret: options.pageSecret ?? (() => null),
    defaultHeaders: { ...options.defaultHeaders },
  };
}

function environmentOfProcess(): Environment {
  return typeof process === "undefined" ? {} : process.env;
}

/** Returns the origin of the page, or undefined outside a page. */
function originOfPage(): string | undefined {
  return (globalThis as { readonly location?: { readonly origin: string } }).location?.origin;
}

function checkedKey(value: string | undefined): string {
  const key = value?.trim();
  if (!key) {
    throw new TemboError(
      'No API key is set. Set the environment variable TEMBO_API_KEY, or pass the key to new Tembo({ apiKey: "..." }).',
    );
  }
  // HTTP headers may contain only these characters. The space is allowed because the documented sample contains one.
  if (!/^[\x20-\x7e]+$/.test(key))
    throw new TemboError("The API key is not valid. It must contain only printable ASCII characters.");
  return key;
}

function checkedURL(value: string | undefined): string {
  const given = value?.trim() || defaultBaseURL;
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new TemboError(
      `The base URL ${JSON.stringify(given)} is not valid. Set baseURL or TEMBO_BASE_URL to an http or https URL, such as ${defaultBaseURL}.`,
    );
  }
  return given.replace(/\/+$/, "");
}

/** Returns the number. Throws `TemboError` if it is not an integer or is outside the range of the option. */
export function checkedNumber(name: string, value: number, least: number): number {
  // Timers use 31-bit delays. A longer timer would fire immediately.
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value;
  throw new TemboError(
    `The option ${name} must be an integer from ${least} to ${2 ** 31 - 1}, not ${value}.`,
  );
}
