/** A host, with or without a port. */
export interface EgressRule {
  /** Lower case: `api.example.com`, or `*.example.com` for every name below it (not itself). */
  readonly host: string;
  /** Null stands for 80 and 443. */
  readonly port: number | null;
}

/** What a sandbox may reach through the egress door. Private addresses are refused whatever it says. */
export type EgressPolicy =
  | { readonly kind: "closed" }
  | { readonly kind: "list"; readonly rules: readonly EgressRule[] }
  | { readonly kind: "open" };
