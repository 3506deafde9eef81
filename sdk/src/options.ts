import { type APIError, TemboError } from "./errors.ts";
import type { WebSocketConstructor } from "./live/web-socket.ts";

export interface ClientOptions {
  /**
   * An API key of the server; defaults to the environment variable TEMBO_API_KEY. Use `null` in a page that the server
   * itself serves: its requests carry the cookie of the signed-in user.
   */
  apiKey?: string | null | undefined;
  /**
   * The URL of the server; defaults to TEMBO_BASE_URL, otherwise to a server on this machine. If `apiKey` is `null`,
   * defaults to the page's origin.
   */
  baseURL?: string | null | undefined;
  /**
   * Timeout of one attempt in milliseconds, including the body; 60,000 by default. Attempts that time out are retried.
   */
  timeout?: number | undefined;
  /** Maximum number of retries of a request that is safe to send twice; 2 by default. */
  maxRetries?: number | undefined;
  /** Called before each pause of a request that is retried, so that a program can report the delay. */
  onRetry?: ((retry: Retry) => void) | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  /**
   * The WebSocket class for `live.connect`. Pass the one of the package `ws` in Node before 22, which has no built-in
   * WebSocket.
   */
  WebSocket?: WebSocketConstructor | undefined;
  /**
   * Returns the `pageSecret` from the `signIn.create` response, or null if no person is signed in. For a page of the
   * server, which reads it from the storage of its origin.
   */
  pageSecret?: (() => string | null) | undefined;
  /** Headers to send with every request. */
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

/** Settings of a single request that override those of the client. */
export interface RequestOptions {
  /** Timeout of one attempt in milliseconds. */
  timeout?: number | undefined;
  maxRetries?: number | undefined;
  /** Aborts the request, including the pause before a retry, with an `APIUserAbortError`. */
  signal?: AbortSignal | undefined;
  headers?: Record<string, string> | undefined;
  /**
   * The server runs POST requests with the same key once within a day and returns the same response to each. 1 to 255
   * letters, digits or punctuation characters. The client generates a key for every POST that may be retried; your own
   * key also covers a program that is restarted.
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

/** Tembo is self-hosted, so no address fits everyone. This is where `tembo start` listens. */
const defaultBaseURL = "http://127.0.0.1:3000";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the settings of a client from its options and the environment. Throws a `TemboError` that names what to set.
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
    // A bare call: browsers reject fetch as a method of another object.
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
  // A header can carry only these characters. A space is allowed because the documented sample has one.
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

/** Returns the number. Throws `TemboError` if it is outside the range of the option. */
export function checkedNumber(name: string, value: number, least: number): number {
  // Timers count in 31 bits; a longer timer would fire immediately.
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value;
  throw new TemboError(
    `The option ${name} must be an integer from ${least} to ${2 ** 31 - 1}, not ${value}.`,
  );
}
