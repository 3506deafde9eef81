import type { GoodKey } from "../core/accounts/index.ts";
import type { Clock } from "../core/base/index.ts";
import type { Queries } from "../core/ports.ts";
import type { Listener } from "./listener.ts";
import type { Queryable } from "./queries/sql.ts";

/** Time for which a key is used without a query, if no change is reported. */
export const keyTtlMs = 2_000;
const maxKeys = 1_000;

type FindKey = Queries["apiKeys"]["findByTokenHash"];

export interface KeyCacheOptions {
  readonly find: FindKey;
  readonly listener: Pick<Listener, "followAccess">;
  readonly clock: Clock;
  /** Monotonic clock. */
  readonly nowMs?: () => number;
}

export interface KeyCache {
  readonly find: FindKey;
  /** Forgets all keys, because this server may have changed one of them. */
  readonly forget: () => void;
}

interface Known {
  readonly key: GoodKey;
  readonly readAt: Times;
}

/**
 * The same moment by two clocks. The monotonic clock stands still while a machine sleeps, and the wall clock can be set.
 */
interface Times {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/**
 * Caches valid API keys by the hash of their token. A change of a key or a member, by any server, removes the
 * organization's keys. While such changes cannot be received, every key is read. Does not cache sign-ins, because the
 * triggers do not report when one is confirmed.
 */
export function createKeyCache(options: KeyCacheOptions): KeyCache {
  const { find, listener, clock, nowMs = () => performance.now() } = options;
  const known = new Map<string, Known>();
  let isListening = false;
  let isFollowing = false;
  /** Counts the changes, so that a key that was read before a change is not cached after it. */
  let changes = 0;

  const forget = () => {
    changes += 1;
    known.clear();
  };
  const follow = () => {
    if (isFollowing) return;
    isFollowing = true;
    listener.followAccess({
      onListening() {
        forget();
        isListening = true;
      },
      onLost() {
        isListening = false;
        forget();
      },
      onChange(organizationId) {
        changes += 1;
        for (const [hash, { key }] of known) if (key.organizationId === organizationId) known.delete(hash);
      },
    });
  };
  const times = (): Times => ({ monotonicMs: nowMs(), wallMs: clock.now().getTime() });
  const cachedKey = (hash: string): GoodKey | null => {
    const entry = known.get(hash);
    if (entry === undefined) return null;
    const now = times();
    if (isFresh(entry.readAt, now) && isValidAt(entry.key, now.wallMs)) return entry.key;
    known.delete(hash);
    return null;
  };

  return {
    forget,
    async find(kind, tokenHash) {
      if (kind !== "key") return find(kind, tokenHash);
      follow();
      const hash = tokenHash.toString("hex");
      const cached = cachedKey(hash);
      if (cached !== null) return cached;
      const before = changes;
      const readAt = times();
      const key = await find(kind, tokenHash);
      if (key !== null && isListening && before === changes) {
        known.set(hash, { key, readAt });
        if (known.size > maxKeys) known.delete(known.keys().next().value!);
      }
      return key;
    },
  };
}

function isFresh(readAt: Times, now: Times): boolean {
  const wallMs = now.wallMs - readAt.wallMs;
  return now.monotonicMs - readAt.monotonicMs < keyTtlMs && wallMs >= 0 && wallMs < keyTtlMs;
}

const isValidAt = ({ expiresAt }: GoodKey, wallMs: number): boolean =>
  expiresAt === null || expiresAt.getTime() > wallMs;

const reads = /^\s*select\b/i;
/** Matches statements that change keys or members, except the one that records the last use of a key. */
const keyChange = /\b(?:update|delete\s+from)\s+(?:api_keys(?!\s+set\s+last_used_at)|members)\b/i;

/** Wraps a pool or a connection, and reports each statement that may have changed a cached key. */
export function noteKeyChanges(target: Queryable, note: () => void): Queryable {
  return {
    async query(query) {
      try {
        return await target.query(query);
      } finally {
        if (!reads.test(query.text) && keyChange.test(query.text)) note();
      }
    },
  };
}
