import { access, mkdir } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import type { GitRemote } from "../core/ports/git.ts";
import { gitText, runGit } from "./run-git.ts";

const mirrored = ["refs/heads", "refs/tags"];

/** Creates or updates the mirror. A local remote with the same refs costs no fetch. */
export async function fetchMirror(mirrorPath: string, remote: GitRemote, signal: AbortSignal): Promise<void> {
  const isLocal = isAbsolute(remote.url);
  if (isLocal && (await isRepository(mirrorPath))) {
    const [here, there] = await Promise.all([listRefs(mirrorPath, signal), listRefs(remote.url, signal)]);
    if (here === there) return;
  }
  // Sandboxes pass through under users of their own; which repositories there are is nobody's to list.
  await mkdir(dirname(mirrorPath), { recursive: true, mode: 0o711 });
  await runGit({
    gitDir: mirrorPath,
    isExclusive: true,
    args: [
      "fetch",
      "--quiet",
      "--prune",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
      "--no-recurse-submodules",
      ...(isLocal ? ["--upload-pack=git -c safe.directory=* upload-pack"] : []),
      "--end-of-options",
      remote.url,
      ...mirrored.map((prefix) => `+${prefix}/*:${prefix}/*`),
    ],
    remote,
    signal,
  });
}

/** Branches and tags, one a line: `<object> <name>`, sorted by name. */
export function listRefs(gitDir: string, signal: AbortSignal): Promise<string> {
  return gitText({
    gitDir,
    args: ["for-each-ref", "--format=%(objectname) %(refname)", ...mirrored],
    signal,
  });
}

async function isRepository(path: string): Promise<boolean> {
  // `git init` makes this folder last: a half-made mirror does not have it.
  return access(join(path, "objects/info")).then(
    () => true,
    () => false,
  );
}
