import { formatHostPort } from "./canonical-host.ts";
import type { EgressDenial } from "./egress-denial.ts";

export interface DeniedHosts {
  /** True for the first denial of each host, port and reason. Always false after `maxHosts` distinct denials. */
  isNew(denial: EgressDenial): boolean;
}

/** Tracks which denials were reported, so that a program that tries many hosts causes at most `maxHosts` reports. */
export function createDeniedHosts(maxHosts = 1_000): DeniedHosts {
  const seen = new Set<string>();
  return {
    isNew({ host, port, reason }) {
      const key = `${reason} ${formatHostPort(host, port)}`;
      if (seen.has(key) || seen.size >= maxHosts) return false;
      seen.add(key);
      return true;
    },
  };
}
