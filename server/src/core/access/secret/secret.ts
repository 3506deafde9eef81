import type { EgressRule } from "../egress/egress-policy.ts";

/**
 * A value that an organization stores for its sessions. People can never read it back. Without a binding, it is
 * injected as an environment variable. A bound secret never enters a sandbox: the egress proxy adds it to requests.
 */
export interface Secret {
  readonly id: string;
  readonly organizationId: string;
  /** Unique in the organization. Also the name of the variable. */
  readonly key: string;
  /** Number of values that the secret has had. */
  readonly version: number;
  readonly binding: SecretBinding | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The requests to which a bound secret is added, and the header that carries it. */
export interface SecretBinding {
  /** Hosts in egress rule syntax. The sandbox may reach them without an entry in the allowlist. */
  readonly hosts: readonly string[];
  /** Name of the header in lower case: `authorization`. */
  readonly header: string;
  /** Text before the value: `Bearer `. */
  readonly prefix: string;
}

/** A bound secret with its value, for the egress proxy. */
export interface BoundSecret {
  readonly value: string;
  readonly header: string;
  readonly prefix: string;
  readonly rules: readonly EgressRule[];
  /**
   * Placeholder that the value replaces. Requests whose header does not contain it are left unchanged. Without a
   * placeholder, every request gets the header.
   */
  readonly inPlaceOf?: string;
}

/** A certificate authority. Both fields are PEM. */
export interface CertificateAuthority {
  readonly certificate: string;
  readonly privateKey: string;
}
