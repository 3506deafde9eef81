import type { EgressSetting } from "@tembo-io/sdk";

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Returns the setting with this host and port added. No other host becomes allowed. */
export function allowHost(setting: EgressSetting, place: HostAndPort): EgressSetting {
  if (isHostAllowed(setting, place)) return setting;
  return {
    // The "none" preset ignores the list.
    preset: setting.preset === "none" ? "custom" : setting.preset,
    allow: [...(setting.preset === "none" ? [] : setting.allow), entryOf(place)],
  };
}

/**
 * Returns true if the setting allows every host, or if it uses its list and the list contains exactly this host and
 * port.
 */
export function isHostAllowed({ preset, allow }: EgressSetting, place: HostAndPort): boolean {
  if (preset === "open") return true;
  return (
    preset !== "none" && (allow.includes(entryOf(place)) || allow.includes(`${place.host}:${place.port}`))
  );
}

function entryOf({ host, port }: HostAndPort): string {
  return port === 80 || port === 443 ? host : `${host}:${port}`;
}
