import type { ObjectRepository } from "../../host-git/objects/read-object.ts";
import { gitEnvironment } from "../process/git-environment.ts";

/** Limits for a process that stays. */
const config = { "core.deltaBaseCacheLimit": "16m", "core.packedGitLimit": "128m" };

/** Returns the repository, with git's hardened environment, for reading its objects. */
export const objectsIn = (gitDir: string): ObjectRepository => ({
  gitDir,
  env: gitEnvironment({ gitDir, config }),
});
