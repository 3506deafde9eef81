import { runTogether } from "../../../runtime/run-together.ts";
import { AppError, paths } from "../../base/index.ts";
import { decideDepth, forgePatienceMs, repositoryUrl } from "../../forges/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { type BuildCheckout, type BuildContext, repositoriesOf, siteOfBuild } from "./build-context.ts";
import { removeAttempts } from "./build-folders.ts";
import { restorePrevious } from "./restore-previous.ts";

/**
 * Fetches the mirrors of the build's repositories. Returns the context with their commits, because sessions and other
 * processes fetch the same mirrors during the build. Throws `branch_not_found` if a base branch does not exist.
 */
export async function fetchMirrors(context: BuildContext, signal: AbortSignal): Promise<BuildContext> {
  const { checkouts, sourceCheckout } = context;
  const fetched = new Map<BuildCheckout, BuildCheckout>();
  await runTogether(
    repositoriesOf(context).map((checkout) => async (within: AbortSignal) => {
      fetched.set(checkout, { ...checkout, commit: await fetchMirror(context, checkout, within) });
    }),
    signal,
  );
  return {
    ...context,
    checkouts: checkouts.map((checkout) => fetched.get(checkout)!),
    sourceCheckout: sourceCheckout && fetched.get(sourceCheckout)!,
  };
}

/** Returns the commit of the branch, or null if the repository has no commits. */
async function fetchMirror(
  { ports, organization }: BuildContext,
  { repository, forge, branch, directory }: BuildCheckout,
  signal: AbortSignal,
): Promise<string | null> {
  const mirrorPath = paths.mirror(ports.settings.dataDir, repository.id);
  const { headBranch } = await ports.git.fetchMirror(
    {
      mirrorPath,
      remote: await forge.remote(repository),
      depth: decideDepth(organization.settings.cloneDepth),
      patienceMs: forgePatienceMs,
      baseBranch: branch,
    },
    signal,
  );
  if (headBranch !== null)
    throw new AppError(
      "branch_not_found",
      `The repository ${directory} has no branch ${branch}. Choose another base branch in the project, or push the branch.`,
    );
  return ports.git.findCommit({ mirrorPath, ref: branch }, signal);
}

/**
 * Creates the attempt's folders and these checkouts, with the files of the previous environment if it is not null. Removes
 * what earlier attempts left on this machine.
 */
export async function createBuildWorkspace(
  context: BuildContext,
  checkouts: readonly BuildCheckout[],
  signal: AbortSignal,
  previous: ProjectSnapshot | null = null,
): Promise<void> {
  const { ports, workspace } = context;
  const { dataDir } = ports.settings;
  await removeAttempts(ports, context.lease);
  if (previous !== null) await restorePrevious(context, previous, signal);
  await ports.workspaces.prepare(workspace);
  await runTogether(
    checkouts.map(
      (checkout) => (within: AbortSignal) =>
        ports.git.createCheckout(
          {
            site: siteOfBuild(context, checkout),
            publicUrl: repositoryUrl(ports.settings.publicUrl, checkout.repository),
            branch: checkout.branch,
            baseBranch: checkout.branch,
            commit: checkout.commit,
            ...(previous !== null && {
              environment: {
                path: paths.environment(dataDir, workspace.sessionId, checkout.directory),
                key: workspace.sessionId,
              },
            }),
          },
          within,
        ),
    ),
    signal,
  );
}
