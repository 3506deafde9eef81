import { runTogether } from "../../../runtime/run-together.ts";
import { AppError, paths } from "../../base/index.ts";
import { decideDepth, repositoryUrl } from "../../forges/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { baseBranchOf } from "../turn/checkout.ts";
import { tryRestore } from "../turn/restore-environment.ts";
import { findChangedLockfiles } from "../turn/steps/provision-turn.ts";
import { type WorkContext, withSessionNumber } from "../turn/turn-context.ts";
import { environmentFolder, siteOf, workspaceOf } from "../turn/workspace-layout.ts";

export interface PreparedWorkspace {
  /** Number of the session, which the files of a copy may have changed. */
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
    const restored = await tryRestore(context, { snapshot, isNew: true, store }, signal);
    if (restored instanceof AppError) return restored;
    filled = withSessionNumber(context, restored.sessionNumber);
  }
  await context.ports.workspaces.prepare(workspaceOf(filled));
  return filled;
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
  const { ports, session, checkouts } = context;
  const baseShas = new Map<string, string>();
  let isOutdated = false;
  let hasForeignSubmodules = false;
  await runTogether(
    checkouts.map((checkout) => async (within: AbortSignal) => {
      const { repository, use } = checkout;
      const prepared = await ports.git.prepareCheckout(
        {
          site: siteOf(context, checkout),
          publicUrl: repositoryUrl(ports.settings.publicUrl, repository),
          baseBranch: baseBranchOf(session, use),
          environment: environmentFolder(context, checkout, session.id),
        },
        within,
      );
      if (prepared === null) return;
      const { baseSha, environmentSha = null } = prepared;
      baseShas.set(repository.id, baseSha);
      hasForeignSubmodules ||= prepared.hasForeignSubmodules === true;
      const commits = { from: environmentSha, to: baseSha };
      isOutdated ||= (await findChangedLockfiles(ports, repository.id, commits, within)).length > 0;
    }),
    signal,
  );
  return baseShas.size === checkouts.length
    ? { sessionNumber: session.number, baseShas, isOutdated, hasForeignSubmodules }
    : null;
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
