import type { Clock } from "../../../core/base/index.ts";

export interface ExpiringToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Caches tokens. `get` creates a new token if the cached token expires within `validForMs`. Concurrent calls for a key share the new token. */
export interface TokenCache {
  get(key: string, validForMs: number, mint: () => Promise<ExpiringToken>): Promise<string>;
  forget(key: string): void;
}

/** Maximum number of keys. When it is exceeded, the cache evicts the oldest key. */
const maxKeys = 1000;

export function createTokenCache(clock: Clock): TokenCache {
  const known = new Map<string, Promise<ExpiringToken>>();

  async function get(key: string, validForMs: number, mint: () => Promise<ExpiringToken>): Promise<string> {
    for (let entry = known.get(key); entry !== undefined; entry = known.get(key)) {
      const kept = await entry;
      if (kept.expiresAt.getTime() - clock.now().getTime() > validForMs) return kept.token;
      // Deletes only the entry that was inspected, because a concurrent call may already be replacing it.
      if (known.get(key) === entry) known.delete(key);
    }
    const minting = mint();
    known.set(key, minting);
    const [oldest] = known.keys();
    if (known.size > maxKeys && oldest !== undefined) known.delete(oldest);
    try {
      return (await minting).token;
    } catch (error) {
      if (known.get(key) === minting) known.delete(key);
      throw error;
    }
  }

  return { get, forget: (key) => void known.delete(key) };
}
