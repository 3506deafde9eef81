export const egressPresets = ["none", "registries", "custom", "open"] as const;

export type EgressPreset = (typeof egressPresets)[number];

/** Egress setting of an organization, or a narrower setting of a session. */
export interface EgressSetting {
  /**
   * `none`: no host. `registries`: public package registries and `allow`. `custom`: only `allow`. `open`: every public
   * host.
   */
  readonly preset: EgressPreset;
  /** Egress rules, such as `host`, `host:port`, `*.host` or `*.host:port`. */
  readonly allow: readonly string[];
}
