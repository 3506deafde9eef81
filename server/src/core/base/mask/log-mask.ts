import { createMasker, type Masker, type NamedValue } from "./mask.ts";

/**
 * Masks secrets in the log. An owner is a set of secrets that are used together: those of a session's turns, an
 * integration, a new credential or an MCP connection. Two sessions of one organization can have different secrets.
 */
export interface LogMask {
  /**
   * Sets an owner's secrets, which replace the owner's earlier ones. Keeps the secrets of the 1,000 owners that were set
   * last, so that ended sessions are forgotten.
   */
  protect(owner: string, secrets: readonly NamedValue[]): void;
  /** Removes an owner's secrets, unless another owner has them too. */
  release(owner: string): void;
  mask(line: string): string;
}

const maxOwners = 1_000;

export function createLogMask(): LogMask {
  const owners = new Map<string, readonly string[]>();
  /** Secrets by value, with the number of their owners. */
  const known = new Map<string, { key: string; owners: number }>();
  let masker: Masker | null = null;

  function add({ key, value }: NamedValue): void {
    const held = known.get(value);
    if (held?.key !== key) masker = null;
    known.set(value, { key, owners: (held?.owners ?? 0) + 1 });
  }

  function release(owner: string): void {
    for (const value of owners.get(owner) ?? []) {
      const held = known.get(value)!;
      held.owners -= 1;
      if (held.owners > 0) continue;
      known.delete(value);
      masker = null;
    }
    owners.delete(owner);
  }

  return {
    protect(owner, secrets) {
      const byValue = new Map(secrets.map((secret) => [secret.value, secret]));
      for (const secret of byValue.values()) add(secret);
      release(owner);
      owners.set(owner, [...byValue.keys()]);
      for (const oldest of [...owners.keys()].slice(0, -maxOwners)) release(oldest);
    },
    release,
    mask(line) {
      masker ??= createMasker([...known].map(([value, { key }]) => ({ key, value })));
      return masker.mask(line);
    },
  };
}
