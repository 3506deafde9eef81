import { paths } from "../../../base/index.ts";
import type { BuildContext } from "../build-context.ts";

/** File of a repository that describes a dev shell of Nix. */
export interface DevShellFile {
  readonly directory: string;
  readonly file: "tembo.nix" | "flake.nix";
}

/** Files that describe a dev shell. Only the first one that a repository has is used. */
const names = ["tembo.nix", "flake.nix"] as const;

/** Returns the files in the roots of the build's repositories that describe a dev shell, in the order of the repositories. */
export async function findDevShells(
  { ports: { git, settings }, checkouts }: Pick<BuildContext, "ports" | "checkouts">,
  signal: AbortSignal,
): Promise<DevShellFile[]> {
  const found: DevShellFile[] = [];
  for (const { repository, directory, commit } of checkouts) {
    if (commit === null) continue;
    const mirrorPath = paths.mirror(settings.dataDir, repository.id);
    for (const file of names) {
      const entry = await git.findEntry({ mirrorPath, commit, path: file }, signal);
      if (entry?.kind !== "file") continue;
      found.push({ directory, file });
      break;
    }
  }
  return found;
}
