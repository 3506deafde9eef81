import { AppError } from "../../core/base/index.ts";

const windowMs = 60_000;
const maxAddresses = 10_000;
const maxGoodTokens = 1_000;

interface Window {
  count: number;
  readonly endsAt: number;
}

/**
 * Counts invalid keys by client address or /64 network, in this process. Rejects further requests from an address with too many invalid keys in a
 * minute, without a database query. Exempts a key that was valid recently, because several clients may share an address.
 */
export class FailedAuthentications {
  readonly #windows = new Map<string, Window>();
  readonly #goodTokens = new Set<string>();
  readonly #perMinute: number;
  readonly #now: () => number;

  /** A `perMinute` of 0 means no limit. */
  constructor(perMinute: number, now: () => number = () => performance.now()) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Returns the refusal, or null if the token may be looked up in the database. */
  refusal(address: string, tokenHash: string): { readonly error: AppError; readonly seconds: number } | null {
    const window = this.#windows.get(networkOf(address));
    if (this.#perMinute === 0 || window === undefined || window.count < this.#perMinute) return null;
    const leftMs = window.endsAt - this.#now();
    if (leftMs <= 0 || this.#goodTokens.has(tokenHash)) return null;
    const seconds = Math.ceil(leftMs / 1000);
    const sentence = `Your IP address sent too many requests with an invalid API key, password, link or ticket. Correct it, and try again in ${seconds} s.`;
    return { error: new AppError("rate_limited", sentence), seconds };
  }

  noteBad(address: string): void {
    if (this.#perMinute === 0) return;
    const network = networkOf(address);
    const now = this.#now();
    const window = this.#windows.get(network);
    if (window !== undefined && window.endsAt > now) {
      window.count += 1;
      return;
    }
    // Deletes the entry first, so that the map remains ordered by age.
    this.#windows.delete(network);
    this.#windows.set(network, { count: 1, endsAt: now + windowMs });
    forgetOldest(this.#windows, maxAddresses);
  }

  noteGood(tokenHash: string): void {
    if (this.#perMinute === 0) return;
    this.#goodTokens.delete(tokenHash);
    this.#goodTokens.add(tokenHash);
    forgetOldest(this.#goodTokens, maxGoodTokens);
  }

  get addressCount(): number {
    return this.#windows.size;
  }
}

function forgetOldest(
  kept: { readonly size: number; keys(): Iterator<string>; delete(key: string): boolean },
  max: number,
) {
  if (kept.size > max) kept.delete(kept.keys().next().value as string);
}

/**
 * Returns an IPv4 address unchanged, or the /64 prefix of an IPv6 address, because providers usually assign a /64 network to each customer.
 * Removes the port that some proxies add.
 */
export function networkOf(given: string): string {
  const address = given.replace(/^\[([^\]]*)\](?::\d+)?$/, "$1").replace(/^(\d+(?:\.\d+){3}):\d+$/, "$1");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(":")) return mapped ?? address;
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}
