import { execFileSync } from "node:child_process";
import { AppError } from "../../core/base/index.ts";
import type { SystemProfile } from "../../core/turns/index.ts";
import { isAtLeast } from "./bubblewrap-version.ts";
import type { Programs } from "./get-programs.ts";

/** First version that mounts overlays. */
const overlayVersion = [0, 11] as const;

/** Throws `sandbox_unavailable` if bubblewrap cannot run a prepared system with this profile on this server. */
export function requireSystemSupport(profile: SystemProfile, { bwrap, setpriv }: Programs): void {
  const isRoot = setpriv !== null;
  const sentence = problemOfSystem(profile, isRoot, isRoot ? null : readVersion(bwrap));
  if (sentence !== null) throw new AppError("sandbox_unavailable", sentence);
}

/**
 * Returns why a prepared system cannot run, and what to change, or null if it can. Pure. `version` is the version of bubblewrap, which only
 * matters if the server is not root.
 */
export function problemOfSystem(
  profile: SystemProfile,
  isRoot: boolean,
  version: string | null,
): string | null {
  if (isRoot) return null;
  if (profile === "root")
    return "Profile root needs 65,536 user IDs, and only a server that is root can assign them. Run the server as root, or set the project's user to user.";
  if (version !== null && !isAtLeast(version, overlayVersion))
    return `bubblewrap ${version} cannot mount a project's system for a server that is not root. Install bubblewrap 0.11 or newer, or run the server as root.`;
  return null;
}

function readVersion(bwrap: string): string | null {
  const output = execFileSync(bwrap, ["--version"], { encoding: "utf8", timeout: 5_000 });
  return /\d+(\.\d+)+/.exec(output)?.[0] ?? null;
}
