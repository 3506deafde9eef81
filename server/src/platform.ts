import { readFileSync } from "node:fs";
import type { TurnsSettings } from "./core/turns/index.ts";

/** Returns this machine's processor. Without `/proc/cpuinfo`, the list of its flags is empty. */
export function readPlatform(file = "/proc/cpuinfo"): TurnsSettings["platform"] {
  return { architecture: process.arch, cpuFlags: parseFlags(readIfThere(file)) };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Returns the flags in the text of `/proc/cpuinfo`, sorted. x86 processors have "flags", ARM processors have "Features". */
function parseFlags(text: string): string[] {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1] ?? "";
  return line.trim().split(/\s+/).filter(Boolean).sort();
}
