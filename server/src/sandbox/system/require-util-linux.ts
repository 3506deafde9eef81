import { AppError } from "../../core/base/index.ts";
import { findProgram } from "../processes/find-program.ts";
import { isAtLeast, readProgramVersion } from "../processes/program-version.ts";

/** First version whose mount(8) maps the owners of files and whose unshare(1) maps several IDs. */
const leastVersion = [2, 39] as const;

/** Why something cannot run, and what to change. */
export interface Problem {
  readonly detail: string;
  readonly fix: string;
}

/** Returns the version of util-linux on this machine, or null if it is unknown. */
export async function readUtilLinuxVersion(): Promise<string | null> {
  const unshare = findProgram("unshare");
  return unshare === null ? null : readProgramVersion(unshare);
}

/** Returns why a server that is root cannot mount prepared systems, or null if it can. Pure. */
export function problemOfUtilLinux(version: string | null): Problem | null {
  if (version === null || isAtLeast(version, leastVersion)) return null;
  return {
    detail: `util-linux ${version} cannot translate the owners of a project's files`,
    fix: "Install util-linux 2.39 or newer (included in Debian 13 and Ubuntu 24.04).",
  };
}

/** Throws `sandbox_unavailable` if a server that is root cannot mount prepared systems with this machine's util-linux. */
export async function requireUtilLinux(): Promise<void> {
  throwProblem(problemOfUtilLinux(await readUtilLinuxVersion()));
}

export function throwProblem(problem: Problem | null): void {
  if (problem !== null) throw new AppError("sandbox_unavailable", `${problem.detail}. ${problem.fix}`);
}
