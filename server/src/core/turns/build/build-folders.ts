import { dirname } from "node:path";
import { paths } from "../../base/index.ts";
import type { BuildLease } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { type FilePorts, removeFiles } from "../workspace/remove-files.ts";

const maxEnded = 10_000;

/** Ends the programs of an attempt, and removes its folders from this machine. Idempotent. */
export function removeAttempt(ports: FilePorts, lease: BuildLease): Promise<void> {
  return removeFiles(ports, paths.building(lease));
}

/** Removes what this attempt and earlier ones left on this machine. */
export async function removeAttempts(ports: FilePorts, lease: BuildLease): Promise<void> {
  for (const one of attemptsOf(lease))
    if (one.attempt === lease.attempt || (await hasFolder(ports, one))) await removeAttempt(ports, one);
}

/**
 * Removes the folders that builds which ended at or after `since` left on this machine, for example because their worker
 * was killed. HOME in these folders may contain secrets.
 */
export async function removeEndedBuilds(
  ports: FilePorts & Pick<TurnsPorts, "store">,
  since: Date,
): Promise<void> {
  for (const lease of await ports.store.projectBuilds.endedSince(since, maxEnded))
    for (const one of attemptsOf(lease)) if (await hasFolder(ports, one)) await removeAttempt(ports, one);
}

const attemptsOf = ({ buildId, attempt }: BuildLease): BuildLease[] =>
  Array.from({ length: attempt }, (_, index) => ({ buildId, attempt: index + 1 }));

function hasFolder({ settings, workspaceFiles }: FilePorts, lease: BuildLease): Promise<boolean> {
  const id = paths.building(lease);
  return workspaceFiles.isFolder(dirname(paths.session(settings.dataDir, id)), id);
}
