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

/** All addresses of a name, as the machine resolves it. Rejects when there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/**
 * The addresses that a connection to the target may use, asked for anew each time; empty when its name leads to private
 * ones only. Rejects when the name cannot be resolved in time.
 */
export type FindAddresses = (target: Target, signal: AbortSignal) => Promise<readonly string[]>;

export interface FindAddressesOptions {
  /** May lead to private addresses. Here a rule without a port is one for every port: the policy decides those. */
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
    // A lookup cannot be cut: who asked is told in time, and the permit stays taken until it ends.
    const found = lookupLimit.run(() => lookup(target.host), late);
    return (await rejectOnAbort(found, late)).filter(isPermitted);
  };
}

export function isPrivateHost(privateHosts: readonly EgressRule[], { host, port }: Target): boolean {
  return privateHosts.some(
    (rule) => matchesHost(rule.host, host) && (rule.port === null || rule.port === port),
  );
}

/** getaddrinfo(3): what /etc/hosts and the machine's resolver say. */
export async function lookupWithSystem(host: string): Promise<readonly string[]> {
  const found = await systemLookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
}
