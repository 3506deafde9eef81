import type { SandboxCheck, SandboxCheckInput } from "../plug-in.ts";
import { findVersion, isAtLeast } from "../processes/program-version.ts";
import { problemOfSystem } from "./require-system-support.ts";

/** First version that supports `--size`. */
const leastVersion = [0, 7] as const;

/**
 * Checks that a worker can run a sandbox, and the tool that mounts a project's system. If the server is root, also checks the tool that
 * switches to the sandbox's user.
 */
export async function checkTools(input: SandboxCheckInput): Promise<readonly SandboxCheck[]> {
  return Promise.all([
    checkTrial(input),
    ...(input.isRoot ? [checkSetpriv(input)] : []),
    checkSystems(input),
  ]);
}

async function checkTrial({
  isChosen,
  withoutIsolation,
  run,
  findProblem,
}: SandboxCheckInput): Promise<SandboxCheck> {
  const row = { name: "bubblewrap", isRequired: isChosen };
  const [version, problem] = await Promise.all([run(["bwrap", "--version"]), findProblem()]);
  if (problem === null) return { ...row, detail: `${version.output}; a trial sandbox runs`, fix: null };
  if (version.isMissing)
    return {
      ...row,
      detail: "bubblewrap is not installed",
      fix: "Install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap).",
    };
  const number = findVersion(version.output);
  if (number !== null && !isAtLeast(number, leastVersion))
    return {
      ...row,
      detail: `${version.output} is too old`,
      fix: "Install bubblewrap 0.7 or newer (included in Debian 12 and Ubuntu 24.04).",
    };
  return {
    ...row,
    detail: problem,
    fix: `Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0; in Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined)${withoutIsolation === null ? "" : `, or, if this machine is itself a sandbox, set TEMBO_SANDBOX=${withoutIsolation}`}.`,
  };
}

async function checkSetpriv({ isChosen, run }: SandboxCheckInput): Promise<SandboxCheck> {
  const { code, output, isMissing } = await run(["setpriv", "--version"]);
  const row = { name: "setpriv", isRequired: isChosen };
  if (code === 0) return { ...row, detail: output, fix: null };
  return {
    ...row,
    detail: isMissing ? "setpriv is not installed" : `setpriv does not run: ${output}`,
    fix: "Install setpriv (Debian, Ubuntu: apt-get install util-linux).",
  };
}

/** Checks the version of the tool that mounts a project's system, if possible for both profiles. */
async function checkSystems({ isRoot, run }: SandboxCheckInput): Promise<SandboxCheck> {
  const version = findVersion((await run(["bwrap", "--version"])).output);
  const problem = problemOfSystem(isRoot ? "root" : "user", isRoot, version);
  const profiles = isRoot ? "profiles user and root" : "profile user";
  return {
    name: "systems of projects",
    isRequired: false,
    ...(problem ?? { detail: `bubblewrap is not too old for ${profiles}`, fix: null }),
  };
}
