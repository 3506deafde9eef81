import { describeMissingDomain, type PreviewSettings } from "../../preview/preview-address.ts";
import type { Devcontainer } from "../base-files.ts";

/** Returns the lines of a build's log about forwarded ports. Entries with text name another host. Pure. */
export function describeForwardedPorts(entries: Devcontainer["ports"], settings: PreviewSettings): string {
  const numbers = entries.filter((entry) => typeof entry === "number");
  const others = entries.filter((entry) => typeof entry === "string");
  const use = describeMissingDomain(settings) ?? "Sessions publish them as previews.";
  return [
    ...(numbers.length > 0 ? [`[It forwards the ports ${numbers.join(", ")}. ${use}]\n`] : []),
    ...(others.length > 0
      ? [`[It also forwards ${others.join(", ")}. Ports of other hosts have no effect.]\n`]
      : []),
  ].join("");
}
