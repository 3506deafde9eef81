import { type APIError, TemboError } from "./errors.ts";
import type { WebSocketConstructor } from "./live/web-socket.ts";

export interface ClientOptions {
  /**
   * An API key of the server; the environment variable TEMBO_API_KEY by default. `null` in a page of the server itself, whose requests
   * carry the cookie of who is signed in.
   */
  apiKey?: string | null | undefined;
  /** Where the server is; TEMBO_BASE_URL by default, else a server on this machine. Without a key, where the page is from. */
  baseURL?: string | null | undefined;
  /** Milliseconds one attempt may take, body included; 60,000 by default. Attempts that time out are retried. */
  timeout?: number | undefined;
  /** How often a request that may be sent twice is tried again; 2 by default. */
  maxRetries?: number | undefined;
  /** Called before each pause of a request that is retried, so that a program can say why it waits. */
  onRetry?: ((retry: Retry) => void) | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  /** For `live.connect`: that of the package `ws` in Node before 22, which has none of its own. */
  WebSocket?: WebSocketConstructor | undefined;
  /** In a page of the server, what `signIn.create` answered as `pageSecret`, from the storage of the page's origin; null without a sign-in. */
  pageSecret?: (() => string | null) | undefined;
  /** Sent with every request. */
  defaultHeaders?: Record<string, string> | undefined;
}

/** A request that failed and is sent again. */
export interface Retry {
  readonly error: APIError;
  /** Milliseconds until it is sent again. */
  readonly delayMs: number;
  /** 1 for the first retry. */
  readonly retry: number;
}

/** What a single request may have otherwise than the client. */
export interface RequestOptions {
  /** Milliseconds one attempt may take. */
  timeout?: number | undefined;
  maxRetries?: number | undefined;
  /** Ends the request with an `APIUserAbortError`, and the pause before a retry too. */
  signal?: AbortSignal | undefined;
  headers?: Record<string, string> | undefined;
  /**
   * The server does POSTs with the same key once within a day, and answers all of them alike: 1 to 255 letters, digits or signs. One is
   * made for every POST that may be retried; one of your own also covers a program that is started again.
   */
  idempotencyKey?: string | undefined;
}

export interface ClientSettings {
  /** Null: the cookie of the page says who asks. */
  readonly apiKey: string | null;
  /** Without a slash at its end. */
  readonly baseURL: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly onRetry: (retry: Retry) => void;
  readonly fetch: typeof globalThis.fetch;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly pageSecret: () => string | null;
  readonly defaultHeaders: Readonly<Record<string, string>>;
}

/** Tembo is self-hosted: there is no address that is right for everyone, and `tembo start` listens here. */
const defaultBaseURL = "http://127.0.0.1:3000";

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of a client, from its options and the environment. Throws `TemboError` with what to set. */
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
    // A bare call: browsers refuse fetch as a method of another object.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    pageSecret: options.pageSecret ?? (() => null),
    defaultHeaders: { ...options.defaultHeaders },
  };
}

function environmentOfProcess(): Environment {
  return typeof process === "undefined" ? {} : process.env;
}

/** Undefined where there is no page. */
function originOfPage(): string | undefined {
  return (globalThis as { readonly location?: { readonly origin: string } }).location?.origin;
}

function checkedKey(value: string | undefined): string {
  const key = value?.trim();
  if (!key) {
    throw new TemboError(
      'An API key is missing: set the environment variable TEMBO_API_KEY, or pass it as new Tembo({ apiKey: "..." }).',
    );
  }
  // Anything else cannot stand in a header. A space may: the documented sample has one.
  if (!/^[\x20-\x7e]+$/.test(key))
    throw new TemboError("The API key may only hold visible ASCII characters.");
  return key;
}

function checkedURL(value: string | undefined): string {
  const given = value?.trim() || defaultBaseURL;
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new TemboError(
      `The base URL ${JSON.stringify(given)} is none: set baseURL or TEMBO_BASE_URL to an http or https URL, such as ${defaultBaseURL}.`,
    );
  }
  return given.replace(/\/+$/, "");
}

/** Throws `TemboError` for a number that an option cannot be. */
export function checkedNumber(name: string, value: number, least: number): number {
  // Timers count in 31 bits; a longer one would fire at once.
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value;
  throw new TemboError(
    `The option ${name} takes a whole number from ${least} to ${2 ** 31 - 1}, not ${value}.`,
  );
}
