import { AppError } from "../../core/base/index.ts";
import type { BuilderSystem, SystemProfile } from "../../core/turns/index.ts";
import { isAtLeast, readProgramVersion } from "../processes/program-version.ts";

/** First version that mounts overlays. */
const overlayVersion = [0, 11] as const;

/** Why something cannot run, and what to change. */
interface Problem {
  readonly detail: string;
  readonly fix: string;
}

/** Throws `sandbox_unavailable` if bubblewrap, at this path, cannot run a prepared system with this profile on this server. */
export async function requireSystemSupport(
  profile: SystemProfile | BuilderSystem["profile"],
  bwrap: string,
): Promise<void> {
  const problem = problemOfSystem(profile, process.getuid?.() === 0, await readProgramVersion(bwrap));
  if (problem !== null) throw new AppError("sandbox_unavailable", `${problem.detail}. ${problem.fix}`);
}

/**
 * Returns why a prepared system cannot run, and what to change, or null if it can. Pure. `bubblewrap` is the installed version, or null if it is
 * unknown.
 */
export function problemOfSystem(
  profile: SystemProfile | BuilderSystem["profile"],
  isRoot: boolean,
  bubblewrap: string | null,
): Problem | null {
  if (!isRoot && profile === "root")
    return {
      detail: "Profile root needs 65,536 user IDs, and only a server that is root can assign them",
      fix: "Run the server as root, or set the project's user to user.",
    };
  if (!isRoot && profile === "builder")
    return {
      detail: "Building an image needs 65,536 user IDs, and only a server that is root can assign them",
      fix: "Run the server as root, or use an image as the project's source.",
    };
  // Root mounts the overlay of profile user itself, and a builder needs none.
  if (isRoot && profile !== "root") return null;
  if (bubblewrap === null || isAtLeast(bubblewrap, overlayVersion)) return null;
  return {
    detail: `bubblewrap ${bubblewrap} cannot mount a project's system for ${isRoot ? "profile root" : "a server that is not root"}`,
    fix: `Install bubblewrap 0.11 or newer, or ${isRoot ? "set the project's user to user" : "run the server as root"}.`,
  };
}
