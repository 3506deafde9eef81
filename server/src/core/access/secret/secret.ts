import type { EgressRule } from "../egress/egress-policy.ts";

/**
 * Something an organization keeps for its sessions; the value is never read back by a person. Without a binding it is
 * injected as an environment variable. A bound one never enters a sandbox: the egress door adds it.
 */
export interface Secret {
  readonly id: string;
  readonly organizationId: string;
  /** Unique in the organization; the variable's name. */
  readonly key: string;
  /** Counts the values it has had. */
  readonly version: number;
  readonly binding: SecretBinding | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Where a bound secret is added, as a header of requests to these hosts. */
export interface SecretBinding {
  /** Written as in an egress allowlist. They are reachable through the door without being allowed besides. */
  readonly hosts: readonly string[];
  /** Lower case: `authorization`. */
  readonly header: string;
  /** Comes before the value: `Bearer `. */
  readonly prefix: string;
}

/** A bound secret with its value, for the egress door. */
export interface BoundSecret {
  readonly value: string;
  readonly header: string;
  readonly prefix: string;
  readonly rules: readonly EgressRule[];
  /** Added only to a request whose header has this in the value's place; without it to every one, whatever it has there. */
  readonly inPlaceOf?: string;
}

/** Both PEM. */
export interface CertificateAuthority {
  readonly certificate: string;
  readonly privateKey: string;
}
