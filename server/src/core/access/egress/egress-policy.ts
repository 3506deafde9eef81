/** A host with an optional port. */
export interface EgressRule {
  /**
   * Host in lower case: `api.example.com`, or `*.example.com` for every name below `example.com`, but not `example.com`
   * itself.
   */
  readonly host: string;
  /** Port, or null for 80 and 443. */
  readonly port: number | null;
}

/** Hosts that a sandbox may reach through the egress proxy. A policy alone permits no private addresses. */
export type EgressPolicy =
  | { readonly kind: "closed" }
  | { readonly kind: "list"; readonly rules: readonly EgressRule[] }
  | { readonly kind: "open" };
