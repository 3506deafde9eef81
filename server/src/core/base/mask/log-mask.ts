import { createMasker, type Masker, type NamedValue } from "./mask.ts";

/** Keeps the secrets that this process has had in its hands out of its log. */
export interface LogMask {
  /** The secrets of an organization from here on, in the place of those told before. */
  protect(organizationId: string, secrets: readonly NamedValue[]): void;
  mask(line: string): string;
}

export function createLogMask(): LogMask {
  const known = new Map<string, readonly NamedValue[]>();
  let masker: Masker | null = null;
  return {
    protect(organizationId, secrets) {
      known.set(organizationId, secrets);
      masker = null;
    },
    mask(line) {
      masker ??= createMasker([...known.values()].flat());
      return masker.mask(line);
    },
  };
}
