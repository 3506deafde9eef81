export const egressPresets = ["none", "registries", "custom", "open"] as const;

export type EgressPreset = (typeof egressPresets)[number];

/** As a person sets it, for an organization or narrower for a session. */
export interface EgressSetting {
  /** `none`: nothing. `registries`: public package registries, and `allow`. `custom`: `allow` alone. `open`: every public host. */
  readonly preset: EgressPreset;
  /** Written `host`, `host:port`, `*.host` or `*.host:port`. */
  readonly allow: readonly string[];
}
