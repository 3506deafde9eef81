import { paths } from "../../base/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import type { TurnContext } from "./turn-context.ts";

const maxBytes = 64 * 1024;

/**
 * Appends a notice for each repository with Git LFS files that the agent cannot fetch. Does so only in a session's
 * first turn. The mirrors must have been fetched.
 */
export async function noteLfs(context: TurnContext, signal: AbortSignal): Promise<void> {
  const { ports, session, checkouts, turn } = context;
  if (turn.number !== 1) return;
  for (const { repository, use } of checkouts) {
    const mirrorPath = paths.mirror(ports.settings.dataDir, repository.id);
    const branch = session.baseBranch ?? use.targetBranch;
    const file = await ports.git.readFile({ mirrorPath, branch, path: ".gitattributes", maxBytes }, signal);
    if (file?.kind !== "text" || !/^[^#\n]*\sfilter=lfs(\s|$)/m.test(file.text)) continue;
    const why = whyUnavailable(repository.forge, ports.git.hasLfs());
    if (why !== null)
      await appendEvent(context, `lfs:${repository.id}`, {
        type: "notice",
        message: `${use.directory} stores files in Git LFS, but the agent sees only the pointers. ${why}`,
      });
  }
}

/** Returns the reason why the agent cannot fetch the files, or null if it can. */
function whyUnavailable(forge: string, hasLfs: boolean): string | null {
  if (forge === "local")
    return "The built-in forge does not support Git LFS. Connect the forge that stores the files, or commit them without Git LFS.";
  return hasLfs
    ? null
    : 'git-lfs is not installed on the server. Install it, for example with "apt-get install git-lfs".';
}
