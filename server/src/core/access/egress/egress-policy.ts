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

export const egressPresets = ["none", "registries", "custom", "open"] as const;
export type EgressPreset = (typeof egressPresets)[number];

/** As a person sets it, for an organization or narrower for a session. */
export interface EgressSetting {
  /** `none`: nothing. `registries`: public package registries, and `allow`. `custom`: `allow` alone. `open`: every public host. */
  readonly preset: EgressPreset;
  /** Written `host`, `host:port`, `*.host` or `*.host:port`. */
  readonly allow: readonly string[];
}
