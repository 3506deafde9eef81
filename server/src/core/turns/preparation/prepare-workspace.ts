import { runTogether } from "../../../runtime/run-together.ts";
import { AppError, paths } from "../../base/index.ts";
import { decideDepth, repositoryUrl } from "../../forges/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { baseBranchOf, type Checkout } from "../turn/checkout.ts";
import { tryRestore } from "../turn/restore-environment.ts";
import { findChangedLockfiles } from "../turn/steps/provision-turn.ts";
import { type WorkContext, withSessionNumber } from "../turn/turn-context.ts";
import { environmentFolder, siteOf, workspaceOf } from "../turn/workspace-layout.ts";

export interface PreparedWorkspace {
  /** Number of the session. Differs from the reserved number if the workspace started from a copy. */
  readonly sessionNumber: number;
  /** Commit of each checkout by repository ID. */
  readonly baseShas: ReadonlyMap<string, string>;
  /** True if a lockfile differs from the one in the environment. */
  readonly isOutdated: boolean;
  /** True if the environment may have brought a repository at the path of a submodule. */
  readonly hasForeignSubmodules: boolean;
}

/**
 * Creates the workspace of a new session, from the environment if there is one, with the checkouts. Returns the reason if
 * a turn would have something to report, so that nothing is prepared.
 */
export async function prepareWorkspace(
  context: WorkContext,
  snapshot: ProjectSnapshot | null,
  signal: AbortSignal,
): Promise<PreparedWorkspace | string> {
  const [filled, hasBases] = await runTogether(
    [(within) => fillWorkspace(context, snapshot, within), (within) => fetchMirrors(context, within)],
    signal,
  );
  if (filled instanceof AppError) return filled.message;
  if (!hasBases) return "a base branch is missing";
  return (await prepareCheckouts(filled, signal)) ?? "a repository is empty";
}

/** Returns the context with the session's new number, or an error if the environment cannot be used. */
async function fillWorkspace(
  context: WorkContext,
  snapshot: ProjectSnapshot | null,
  signal: AbortSignal,
): Promise<WorkContext | AppError> {
  let filled = context;
  if (snapshot !== null) {
    const store = (sessionNumber: number) => reserve(context, sessionNumber);
    const isNew = await isUnused(context);
    const restored = await tryRestore(context, { snapshot, isNew, store }, signal);
    if (restored instanceof AppError) return restored;
    filled = withSessionNumber(context, restored.sessionNumber);
  }
  await context.ports.workspaces.prepare(workspaceOf(filled));
  return filled;
}

/** True while no session uses the preparation. Afterward, the session keeps the number with which it was created. */
async function isUnused({ ports, session }: WorkContext): Promise<boolean> {
  const preparation = await ports.store.preparations.find(session.id);
  return preparation !== null && preparation.usedAt === null;
}

/**
 * Reserves the number for the session, which does not exist yet. Its turn stores the snapshot. Throws `conflict` if the
 * session was created meanwhile, with the former number.
 */
async function reserve({ ports, session }: WorkContext, sessionNumber: number): Promise<void> {
  if (sessionNumber === session.number) return;
  if (!(await ports.store.preparations.setSessionNumber(session.id, sessionNumber)))
    throw new AppError("conflict", "The session was created before its workspace was prepared.");
}

/** Updates the mirrors. Returns false if a base branch is missing, because a turn must report that. */
export async function fetchMirrors(
  { ports, session, organization, checkouts }: WorkContext,
  signal: AbortSignal,
): Promise<boolean> {
  const fetched = await runTogether(
    checkouts.map(
      ({ repository, use, forge }) =>
        async (within: AbortSignal) =>
          ports.git.fetchMirror(
            {
              mirrorPath: paths.mirror(ports.settings.dataDir, repository.id),
              remote: await forge.remote(repository),
              depth: decideDepth(organization.settings.cloneDepth),
              ...(use.baseSha === null && { baseBranch: baseBranchOf(session, use) }),
            },
            within,
          ),
    ),
    signal,
  );
  return fetched.every(({ headBranch }) => headBranch === null);
}

async function prepareCheckouts(
  context: WorkContext,
  signal: AbortSignal,
): Promise<PreparedWorkspace | null> {
  const prepared = await runTogether(
    context.checkouts.map((checkout) => (within: AbortSignal) => prepareCheckout(context, checkout, within)),
    signal,
  );
  const made = prepared.filter((one) => one !== null);
  if (made.length < prepared.length) return null;
  return {
    sessionNumber: context.session.number,
    baseShas: new Map(made.map(({ repositoryId, baseSha }) => [repositoryId, baseSha])),
    isOutdated: made.some(({ isOutdated }) => isOutdated),
    hasForeignSubmodules: made.some(({ hasForeignSubmodules }) => hasForeignSubmodules),
  };
}

/** Returns null if the repository is empty. */
async function prepareCheckout(context: WorkContext, checkout: Checkout, signal: AbortSignal) {
  const { ports, session } = context;
  const { repository, use } = checkout;
  const prepared = await ports.git.prepareCheckout(
    {
      site: siteOf(context, checkout),
      publicUrl: repositoryUrl(ports.settings.publicUrl, repository),
      baseBranch: baseBranchOf(session, use),
      environment: environmentFolder(context, checkout, session.id),
    },
    signal,
  );
  if (prepared === null) return null;
  const { baseSha, environmentSha = null, hasForeignSubmodules = false } = prepared;
  const commits = { from: environmentSha, to: baseSha };
  const isOutdated = (await findChangedLockfiles(ports, repository.id, commits, signal)).length > 0;
  return { repositoryId: repository.id, baseSha, isOutdated, hasForeignSubmodules };
}

/** True if a reply's workspace still contains its checkouts. */
export async function hasCheckouts({ ports, session, checkouts }: WorkContext): Promise<boolean> {
  const folder = paths.session(ports.settings.dataDir, session.id);
  if (!(await ports.workspaceFiles.isFolder(folder, "workspace"))) return false;
  const workspace = paths.workspace(ports.settings.dataDir, session.id);
  for (const { use } of checkouts)
    if (!(await ports.workspaceFiles.isFolder(workspace, use.directory))) return false;
  return true;
}
