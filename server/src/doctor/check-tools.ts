import { type Check, failed, passed } from "./check.ts";
import { runTool } from "./run-tool.ts";

const leastGit = [2, 40] as const;
const leastNode = [24, 0] as const;
/** The first with --size. */
const leastBubblewrap = [0, 7] as const;

export function checkNode(version = process.versions.node): Check {
  if (isAtLeast(version, leastNode)) return passed("node", `Node ${version}`);
  return failed(
    "node",
    `Node ${version} is too old`,
    'Start Tembo by "npm start" or "npm run tembo": they use the Node 24 that "npm install" brings.',
  );
}

export async function checkGit(path: string): Promise<Check> {
  const mend = "Install git 2.40 or newer (Debian, Ubuntu: apt-get install git).";
  const { code, output, isMissing } = await runTool(["git", "--version"], path);
  if (isMissing) return failed("git", "git is not installed", mend);
  const version = /\d+(\.\d+)+/.exec(output)?.[0];
  if (code !== 0 || version === undefined) return failed("git", `git does not run: ${output}`, mend);
  if (!isAtLeast(version, leastGit)) return failed("git", `git ${version} is too old`, mend);
  return passed("git", `git ${version}`);
}

/** `user` is who sandboxes run as; null when this process is no root and they run as its own user. */
export async function checkBubblewrap(
  path: string,
  user: { uid: number; gid: number } | null,
  isRequired: boolean,
): Promise<Check> {
  const name = "bubblewrap";
  const version = await runTool(["bwrap", "--version"], path);
  if (version.isMissing) {
    const mend = "Install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap).";
    return failed(name, "bubblewrap is not installed", mend, isRequired);
  }
  const number = /\d+(\.\d+)+/.exec(version.output)?.[0];
  if (number !== undefined && !isAtLeast(number, leastBubblewrap)) {
    const mend = "Install bubblewrap 0.7 or newer (Debian 12, Ubuntu 24.04 have it).";
    return failed(name, `${version.output} is too old`, mend, isRequired);
  }
  const trial = await runTool(
    ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "true"],
    path,
    user,
  );
  if (trial.code === 0) return passed(name, `${version.output}, a sandbox runs`, isRequired);
  return failed(
    name,
    `no sandbox runs here: ${trial.output || "bwrap was ended"}`,
    "Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0; in Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined), or, on a machine that is a sandbox itself, set TEMBO_SANDBOX=unsafe-local.",
    isRequired,
  );
}

/** Only root needs it: it changes to the sandbox's user. */
export async function checkSetpriv(path: string, isRequired: boolean): Promise<Check> {
  const { code, output, isMissing } = await runTool(["setpriv", "--version"], path);
  if (code === 0) return passed("setpriv", output, isRequired);
  return failed(
    "setpriv",
    isMissing ? "setpriv is not installed" : `setpriv does not run: ${output}`,
    "Install setpriv (Debian, Ubuntu: apt-get install util-linux).",
    isRequired,
  );
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split(".").map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
