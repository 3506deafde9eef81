import type { EgressRule } from "../egress/egress-policy.ts";

/**
 * A value that an organization stores for its sessions. The API never returns it. Without a header injection rule,
 * sandboxes receive it as an environment variable. With a rule, it never enters a sandbox: the egress proxy adds it to
 * requests.
 */
export interface Secret {
  readonly id: string;
  readonly organizationId: string;
  /** Name of the secret and of its environment variable. Unique in the organization. */
  readonly key: string;
  /** Version of the value, starting at 1. */
  readonly version: number;
  readonly binding: SecretBinding | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Header injection rule: the requests to which the egress proxy adds a secret, and the header that contains it. */
export interface SecretBinding {
  /** Hosts in egress rule syntax. The sandbox may reach them without an entry in the allowlist. */
  readonly hosts: readonly string[];
  /** Name of the header in lower case, such as `authorization`. */
  readonly header: string;
  /** Text before the value, such as `Bearer `. */
  readonly prefix: string;
}

/** A secret with its value and header injection rule, for the egress proxy. */
export interface BoundSecret {
  readonly value: string;
  readonly header: string;
  readonly prefix: string;
  readonly rules: readonly EgressRule[];
  /**
   * Placeholder for the value. The proxy sets the header only in requests whose header consists of the prefix and the
   * placeholder. Without a placeholder, the proxy sets the header in every request that matches the rules.
   */
  readonly inPlaceOf?: string;
}

/** A certificate authority. Both fields are in PEM format. */
export interface CertificateAuthority {
  readonly certificate: string;
  readonly privateKey: string;
}
