import { createMasker, type Masker, type NamedValue } from "./mask.ts";

/** Masks secrets in the log. Covers all secrets that this process has handled. */
export interface LogMask {
  /** Replaces the organization's secrets. */
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
