import { lookup as systemLookup } from "node:dns/promises";
import {
  type EgressRule,
  isAddress,
  isPermittedPrivateAddress,
  isPublicAddress,
  matchesHost,
} from "../../core/access/index.ts";
import { rejectOnAbort } from "../../runtime/on-abort.ts";
import { Semaphore } from "../../runtime/semaphore.ts";
import type { Target } from "./target.ts";

/** Resolves a name to all its addresses. Rejects if the name has no address. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/**
 * Returns the addresses that a connection to the target may use. Looks the name up on every call. Returns an empty list
 * if no address is permitted. Rejects if the name cannot be resolved in time.
 */
export type FindAddresses = (target: Target, signal: AbortSignal) => Promise<readonly string[]>;

export interface FindAddressesOptions {
  /** Hosts that may resolve to private addresses. A rule without a port applies to every port here, because the policy checks ports. */
  readonly privateHosts: readonly EgressRule[];
  readonly lookup: Lookup;
  readonly lookups: number;
  readonly lookupMs: number;
}

export function createFindAddresses(options: FindAddressesOptions): FindAddresses {
  const { privateHosts, lookup, lookups, lookupMs } = options;
  const lookupLimit = new Semaphore(lookups);
  return async (target, signal) => {
    const isPermitted = isPrivateHost(privateHosts, target) ? isPermittedPrivateAddress : isPublicAddress;
    if (isAddress(target.host)) return [target.host].filter(isPermitted);
    const late = AbortSignal.any([signal, AbortSignal.timeout(lookupMs)]);
    // A lookup cannot be canceled. After the timeout, the caller receives an error, but the permit is released only when the lookup
    // completes.
    const found = lookupLimit.run(() => lookup(target.host), late);
    return (await rejectOnAbort(found, late)).filter(isPermitted);
  };
}

export function isPrivateHost(privateHosts: readonly EgressRule[], { host, port }: Target): boolean {
  return privateHosts.some(
    (rule) => matchesHost(rule.host, host) && (rule.port === null || rule.port === port),
  );
}

/** Resolves a name with getaddrinfo(3), which uses /etc/hosts and the machine's resolver. */
export async function lookupWithSystem(host: string): Promise<readonly string[]> {
  const found = await systemLookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
}
