import { withTimeout } from "../../../../runtime/with-timeout.ts";
import { AppError, type ErrorCode, paths, reason } from "../../../base/index.ts";
import type { ForgesPorts } from "../../ports.ts";
import { forgeOf } from "../forge-of.ts";
import { decideDepth } from "../mirror-depth.ts";
import type { Repository } from "../repository.ts";

export type TreePorts = Pick<ForgesPorts, "store" | "git" | "forges" | "vault" | "settings" | "log">;

/** A repository's mirror, as up to date as possible within the time that a reader waits. */
export interface OpenMirror {
  readonly repository: Repository;
  readonly mirrorPath: string;
  /** Branch that sessions start from. */
  readonly baseBranch: string;
  /** Reason why the mirror may be outdated, or null if the last fetch succeeded in time. */
  readonly problem: Error | null;
}

/** Limits for fetching from the forge. */
export interface Fetching {
  /** Aborts a fetch, including one that continues after its reader has stopped waiting. */
  readonly signal: AbortSignal;
  /** Time that a reader waits for the fetch: `knownMs` if older contents are available, `unknownMs` if not. */
  readonly knownMs: number;
  readonly unknownMs: number;
}

/**
 * Minimum time between fetches of a repository from a remote forge. The built-in forge runs on this machine and needs
 * no limit.
 */
const MAX_AGE_MS = 15_000;
/**
 * Time limit for a fetch. A fetch continues after its reader has stopped waiting, so that the next reader finds its
 * result.
 */
const FETCH_LIMIT_MS = 10 * 60_000;

/**
 * Fetches and opens a repository's mirror. If the fetch fails or takes too long, returns the error as `problem`. Throws
 * `not_found` if the organization has no such repository, or `conflict` if it is disabled.
 */
export async function openMirror(
  ports: TreePorts,
  organizationId: string,
  repositoryId: string,
  signal: AbortSignal,
  fetching: Fetching,
): Promise<OpenMirror> {
  const repository = await ports.store.repositories.find(organizationId, repositoryId);
  if (repository === null) throw new AppError("not_found", `Repository ${repositoryId} was not found.`);
  const name = `${repository.owner}/${repository.name}`;
  if (repository.enabledAt === null)
    throw new AppError("conflict", `The repository ${name} is disabled. Enable it to read its files.`);
  const mirrorPath = paths.mirror(ports.settings.dataDir, repository.id);
  const baseBranch = repository.settings.baseBranch ?? repository.defaultBranch;
  const isKnown = (await ports.git.findCommit({ mirrorPath, ref: baseBranch }, signal)) !== null;
  const fetched = fetchMirror(ports, repository, mirrorPath, fetching.signal).then(
    () => null,
    (cause: unknown) => toMirrorError(name, cause),
  );
  const problem = await withTimeout(fetched, isKnown ? fetching.knownMs : fetching.unknownMs, () =>
    slow(name),
  );
  if (problem !== null) ports.log.warn({ repositoryId: repository.id }, problem.message);
  return { repository, mirrorPath, baseBranch, problem };
}

async function fetchMirror(
  ports: TreePorts,
  repository: Repository,
  mirrorPath: string,
  signal: AbortSignal,
): Promise<void> {
  const [forge, organization] = await Promise.all([
    forgeOf(ports, repository),
    ports.store.organizations.find(repository.organizationId),
  ]);
  await ports.git.fetchMirror(
    {
      mirrorPath,
      remote: await forge.remote(repository),
      depth: decideDepth(organization?.settings.cloneDepth),
      maxAgeMs: repository.forge === "local" ? 0 : MAX_AGE_MS,
    },
    AbortSignal.any([signal, AbortSignal.timeout(FETCH_LIMIT_MS)]),
  );
}

/**
 * Codes of errors from the forge, from git or for a removed integration, which the caller can act on. All other errors
 * are internal.
 */
const shownCodes: ReadonlySet<ErrorCode> = new Set([
  "forge_failed",
  "forge_unauthorized",
  "git_failed",
  "not_found",
  "unreachable",
]);

function toMirrorError(name: string, cause: unknown): Error {
  if (cause instanceof AppError && shownCodes.has(cause.code))
    return new AppError("conflict", `${name} could not be fetched. ${cause.message}`, { cause });
  return cause instanceof Error ? cause : new Error(reason(cause));
}

const slow = (name: string): Error =>
  new AppError("conflict", `${name} is still being fetched from its forge. Try again in a moment.`);
