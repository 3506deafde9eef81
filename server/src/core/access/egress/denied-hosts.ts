import { formatHostPort } from "./canonical-host.ts";
import type { EgressDenial } from "./egress-denial.ts";

export interface DeniedHosts {
  /** True once for each host, port and reason; false for all that come after the limit. */
  isNew(denial: EgressDenial): boolean;
}

/** Remembers what a person has been told of. A program that tries endless names is told of `maxHosts` times. */
export function createDeniedHosts(maxHosts = 1_000): DeniedHosts {
  const told = new Set<string>();
  return {
    isNew({ host, port, reason }) {
      const key = `${reason} ${formatHostPort(host, port)}`;
      if (told.has(key) || told.size >= maxHosts) return false;
      told.add(key);
      return true;
    },
  };
}
