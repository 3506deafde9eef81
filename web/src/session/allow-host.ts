import type { EgressSetting } from "@tembo-io/sdk";

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** The setting with the host in it, and nothing more than that. */
export function allowHost(setting: EgressSetting, place: HostAndPort): EgressSetting {
  if (isHostAllowed(setting, place)) return setting;
  return {
    // With "none" nobody reads the list.
    preset: setting.preset === "none" ? "custom" : setting.preset,
    allow: [...(setting.preset === "none" ? [] : setting.allow), entryOf(place)],
  };
}

/** Whether the list names exactly this host. */
export function isHostAllowed({ preset, allow }: EgressSetting, place: HostAndPort): boolean {
  if (preset === "open") return true;
  return (
    preset !== "none" && (allow.includes(entryOf(place)) || allow.includes(`${place.host}:${place.port}`))
  );
}

function entryOf({ host, port }: HostAndPort): string {
  return port === 80 || port === 443 ? host : `${host}:${port}`;
}
