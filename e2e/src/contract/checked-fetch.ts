import { type ContractChecker, ContractViolation, createContractChecker, plainPath } from "./checker.ts";

export interface CheckedFetch {
  /** Behaves like the wrapped fetch. Rejects with `ContractViolation` if a response violates the contract. */
  readonly fetch: typeof globalThis.fetch;
  /** Number of checked JSON responses, by `METHOD /path/{parameter} status`. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Paths that the server serves outside the public API. */
const beside = /^\/(?:healthz|readyz)$|^\/(?:git|sessions)\//;

/**
 * Wraps a fetch and validates every public API response against the contract, except successful streams and files.
 * Throws `ContractViolation` for an invalid response.
 */
export function createCheckedFetch(
  options: { fetch?: typeof globalThis.fetch; checker?: ContractChecker } = {},
): CheckedFetch {
  const inner = options.fetch ?? globalThis.fetch;
  const checker = options.checker ?? createContractChecker();
  const counts = new Map<string, number>();

  async function fetch(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    const response = await inner(input, init);
    const isRequest = typeof input === "object" && "method" in input;
    const method = (init?.method ?? (isRequest ? input.method : "GET")).toUpperCase();
    const { pathname } = new URL(isRequest ? input.url : input);
    const type = response.headers.get("content-type") ?? "";
    const isFile = /^attachment\b/.test(response.headers.get("content-disposition") ?? "");
    const isNoJson = response.ok && (isFile || /^(?:text\/event-stream|application\/x-ndjson)\b/.test(type));
    if (beside.test(plainPath(pathname)) || isNoJson) return response;
    if (!/^application\/json\b/.test(type)) {
      throw new ContractViolation(
        `${method} ${pathname} returned ${response.status} as "${type}", not as JSON.`,
      );
    }
    const body: unknown = await response.clone().json();
    const name = `${checker.check({ method, path: pathname, status: response.status, body })} ${response.status}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return response;
  }

  return { fetch, counts };
}
