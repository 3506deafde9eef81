import { isId, paths, reason } from "../../base/index.ts";
import type { BuildLease } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { type FilePorts, removeFiles } from "../workspace/remove-files.ts";

/** Ends the programs of an attempt, and removes its folders from this machine. Idempotent. */
export function removeAttempt(ports: FilePorts, lease: BuildLease): Promise<void> {
  return removeFiles(ports, paths.building(lease));
}

/** Removes what this attempt and earlier ones left on this machine. */
export async function removeAttempts(ports: FilePorts, lease: BuildLease): Promise<void> {
  for (const one of await findAttempts(ports))
    if (one.buildId === lease.buildId && one.attempt < lease.attempt) await removeAttempt(ports, one);
  await removeAttempt(ports, lease);
}

/**
 * Removes the folders that ended builds left on this machine, for example because their worker was killed. HOME in these
 * folders may contain secrets. Logs what cannot be removed.
 */
export async function removeEndedBuilds(ports: FilePorts & Pick<TurnsPorts, "log" | "store">): Promise<void> {
  const attempts = await findAttempts(ports);
  if (attempts.length === 0) return;
  const active = await ports.store.projectBuilds.findActive(attempts.map(({ buildId }) => buildId));
  for (const one of attempts)
    if (!active.includes(one.buildId))
      await removeAttempt(ports, one).catch((cause: unknown) =>
        ports.log.warn(
          { ...one, reason: reason(cause) },
          "files of an ended build could not be removed; retrying later",
        ),
      );
}

/** Returns the attempts with a folder on this machine, which may be one that is being removed. */
async function findAttempts({ settings: { dataDir }, workspaceFiles }: FilePorts): Promise<BuildLease[]> {
  const names = await workspaceFiles.list(paths.sessions(dataDir), (name) => toAttempt(name) !== null);
  const found = new Map(
    names.map((name) => {
      const attempt = toAttempt(name)!;
      return [paths.building(attempt), attempt];
    }),
  );
  return [...found.values()];
}

function toAttempt(name: string): BuildLease | null {
  const [, buildId = "", attempt] = /^([^.]+)\.(\d+)(?:\.removed)?$/.exec(name) ?? [];
  return isId(buildId) ? { buildId, attempt: Number(attempt) } : null;
}
