import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LaunchSpec } from "../launch-spec.ts";

/** Folder of an installation with its compile caches. Sandboxes mount it read-only with the installation. */
export const compileCacheFolder = ".compile-cache";

/** Name of the file that Node loads before the harness. It enables the cache in its own folder. */
export const enableFile = "enable.cjs";

/**
 * Returns the folder of the installation's cache for this version of Node. The name depends on the installation's path, because Node finds
 * entries by the paths of the modules. An installation may have been copied from another folder.
 */
export function compileCacheOf(installDir: string): string {
  const key = createHash("sha256").update(`${process.version}\n${installDir}`).digest("hex").slice(0, 16);
  return join(installDir, compileCacheFolder, key);
}

/** Returns the spec with a command line that uses the installation's compile cache, if there is one and the harness runs on Node. */
export function withCompileCache(spec: LaunchSpec, installDir: string): LaunchSpec {
  const enable = join(compileCacheOf(installDir), enableFile);
  if (!existsSync(enable)) return spec;
  return {
    ...spec,
    argv(context) {
      const [program, ...args] = spec.argv(context);
      return program === context.nodeBinary ? [program, "--require", enable, ...args] : [program, ...args];
    },
  };
}
