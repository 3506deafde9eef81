import type { SandboxSize } from "../limits.ts";
import type { EgressSetting } from "../types.ts";

const sandboxSizeNames: Readonly<Record<SandboxSize, string>> = {
  nano: "Nano",
  micro: "Micro",
  small: "Small",
  medium: "Medium",
  large: "Large",
  xl: "XL",
};

const egressPresetNames: Readonly<Record<EgressSetting["preset"], string>> = {
  none: "No internet access",
  registries: "Package registries",
  custom: "Allowed hosts",
  open: "Full internet access",
};

/** Returns the display name of a sandbox size, or the size itself if it has no name, as with a newer server. Pure. */
export const sandboxSizeName = (size: string): string => nameIn(sandboxSizeNames, size);

/** Returns the display name of a preset of the network policy, or the preset itself if it has no name. Pure. */
export const egressPresetName = (preset: string): string => nameIn(egressPresetNames, preset);

function nameIn(names: Readonly<Record<string, string>>, value: string): string {
  return Object.hasOwn(names, value) ? names[value]! : value;
}
