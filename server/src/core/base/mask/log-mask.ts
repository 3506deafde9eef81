import { createMasker, type Masker, type NamedValue } from "./mask.ts";

/** Masks secrets in the log, by owner: an organization or an integration. */
export interface LogMask {
  /**
   * Adds an owner's secrets. Earlier values of the owner stay masked, because programs that still run can print them,
   * and two sessions of one organization can have different values. Keeps the newest 1,000 values of each owner.
   */
  protect(owner: string, secrets: readonly NamedValue[]): void;
  /** Removes all secrets of an owner that was deleted. */
  release(owner: string): void;
  mask(line: string): string;
}

const maxValuesPerOwner = 1_000;

export function createLogMask(): LogMask {
  const owners = new Map<string, Map<string, NamedValue>>();
  let masker: Masker | null = null;
  return {
    protect(owner, secrets) {
      const known = owners.get(owner) ?? new Map<string, NamedValue>();
      owners.set(owner, known);
      for (const secret of secrets) {
        if (known.get(secret.value)?.key !== secret.key) masker = null;
        known.delete(secret.value);
        known.set(secret.value, secret);
      }
      for (const value of [...known.keys()].slice(0, -maxValuesPerOwner)) known.delete(value);
    },
    release(owner) {
      owners.delete(owner);
      masker = null;
    },
    mask(line) {
      masker ??= createMasker([...owners.values()].flatMap((known) => [...known.values()]));
      return masker.mask(line);
    },
  };
}
