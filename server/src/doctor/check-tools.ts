import { type Check, failed, passed } from "./check.ts";
import { runTool } from "./run-tool.ts";

const leastGit = [2, 40] as const;
const leastNode = [24, 0] as const;

export function checkNode(version = process.versions.node): Check {
  if (isAtLeast(version, leastNode)) return passed("node", `Node ${version}`);
  return failed(
    "node",
    `Node ${version} is too old`,
    'Start Tembo with the command "tembo", or with "npm start" in a clone. Both use the Node 24 that npm installs with Tembo.',
  );
}

export async function checkGit(path: string): Promise<Check> {
  const fix = "Install git 2.40 or newer (Debian, Ubuntu: apt-get install git).";
  const { code, output, isMissing } = await runTool(["git", "--version"], path);
  if (isMissing) return failed("git", "git is not installed", fix);
  const version = /\d+(\.\d+)+/.exec(output)?.[0];
  if (code !== 0 || version === undefined) return failed("git", `git does not run: ${output}`, fix);
  if (!isAtLeast(version, leastGit)) return failed("git", `git ${version} is too old`, fix);
  return passed("git", `git ${version}`);
}

/** Git, layers and sandboxes lock files with flock(1). */
export async function checkFlock(path: string): Promise<Check> {
  const fix = "Install flock (Debian, Ubuntu: apt-get install util-linux).";
  const { code, output, isMissing } = await runTool(["flock", "--version"], path);
  if (isMissing) return failed("flock", "flock is not installed", fix);
  return code === 0 ? passed("flock", output) : failed("flock", `flock does not run: ${output}`, fix);
}

/** Only builds of Dockerfiles and dev containers need buildah(1), so turns run without it. */
export async function checkBuildah(path: string): Promise<Check> {
  const fix =
    "To build Dockerfiles and dev containers, install buildah (Debian, Ubuntu: apt-get install buildah).";
  const { code, output, isMissing } = await runTool(["buildah", "--version"], path);
  if (isMissing) return failed("buildah", "buildah is not installed", fix, false);
  return code === 0
    ? passed("buildah", output, false)
    : failed("buildah", `buildah does not run: ${output}`, fix, false);
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split(".").map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
