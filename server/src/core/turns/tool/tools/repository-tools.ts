import { AppError } from "../../../base/index.ts";
import { repositoryUrl } from "../../../forges/index.ts";
import { commitWork } from "../../turn/steps/commit-work.ts";
import { publishWork } from "../../turn/steps/publish-work.ts";
import type { TurnContext } from "../../turn/turn-context.ts";
import type { RunTool } from "../tool-call.ts";

/**
 * Lists only the session's repositories, so that an agent misled by text in a repository cannot reveal the names of the
 * organization's other repositories.
 */
export const listRepositories: RunTool<"list_repositories"> = async ({ context }) => {
  const { ports, checkouts } = context;
  return {
    repositories: checkouts.map(({ repository, use }) => ({
      id: repository.id,
      name: `${repository.owner}/${repository.name}`,
      url: repositoryUrl(ports.settings.publicUrl, repository),
      defaultBranch: repository.defaultBranch,
      directory: use.directory,
      branch: use.branchName,
    })),
  };
};

export const commit: RunTool<"commit"> = async (call, { message, repository }) => {
  const context = narrowed(call.context, repository);
  const heads = await call.workspace.still(() =>
    commitWork(context, call.before, call.signal, { message: message ?? null }),
  );
  const commits = context.checkouts
    .filter((checkout) => heads[checkout.repository.id] !== undefined)
    .map(({ repository: { id }, use }) => ({
      repository: use.directory,
      branch: use.branchName,
      sha: heads[id],
    }));
  return {
    message:
      commits.length === 0
        ? "There are no changes to commit."
        : "Committed. Tembo pushes the work when the turn ends.",
    commits,
  };
};

export const createPullRequest: RunTool<"create_pull_request"> = async (
  call,
  { title, body, repository },
) => {
  const context = narrowed(call.context, repository);
  // Publishing may move the workspace's branch to commits that a forge has signed.
  const published = await call.workspace.still(async () =>
    publishWork(
      context,
      await commitWork(context, call.before, call.signal),
      { withPullRequests: true, wish: { title: title ?? null, body: body ?? null } },
      call.signal,
    ),
  );
  if (published.branches.length === 0)
    throw new AppError("conflict", "There are no changes to open a pull request for.");
  const own = new Map(context.checkouts.map(({ repository: { id }, use }) => [id, use.directory]));
  const open = (await call.context.ports.store.pullRequests.ofSession(context.session.id)).filter(
    ({ status, repositoryId }) => status === "open" && own.has(repositoryId ?? ""),
  );
  return {
    message:
      published.rescued.length > 0
        ? `Pushed to ${published.rescued.join(", ")}, because the branch had changed on the forge.`
        : "Pushed.",
    pullRequests: open.map(({ repositoryId, number, url, title: its }) => ({
      repository: own.get(repositoryId ?? ""),
      number,
      url,
      title: its,
    })),
  };
};

/**
 * Returns the context of the same turn, limited to the repository in `directory` if it is given. Throws `conflict` if
 * the session has no repository, or `invalid_input` if the folder is unknown.
 */
export function narrowed(context: TurnContext, directory: string | undefined): TurnContext {
  if (context.checkouts.length === 0) throw new AppError("conflict", "This session has no repository.");
  if (directory === undefined) return context;
  const checkouts = context.checkouts.filter(({ use }) => use.directory === directory);
  if (checkouts.length > 0) return { ...context, checkouts };
  const known = context.checkouts.map(({ use }) => use.directory).join(", ");
  throw new AppError("invalid_input", `The workspace has no repository ${directory}. Use one of: ${known}.`);
}
