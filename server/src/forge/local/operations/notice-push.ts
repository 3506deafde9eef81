import type { ForgeUser, LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import type { PushedRef } from "../events/repository-change.ts";
import { isAncestor } from "../git/plumbing.ts";
import { existingPath } from "../git/repositories.ts";
import { closePullRequest } from "./change-pull-request.ts";
import { withHead } from "./heads.ts";
import { settle } from "./merge-pull-request.ts";

const maxPulls = 500;

/**
 * Publishes a push and updates open pull requests. Synchronizes a pull request if its branch has moved, closes it if its branch was
 * deleted, and marks it as merged if its base now contains its head.
 */
export async function noticePush(
  context: LocalContext,
  repository: LocalRepository,
  user: ForgeUser,
  push: PushedRef,
): Promise<void> {
  const gitDir = await existingPath(context.dataDir, repository);
  const place: Place = {
    repository,
    gitDir,
    actor: { user, organizationId: repository.organizationId, key: null, isAdmin: false },
  };
  await context.publish(repository, user, { about: "push", push });
  if (!push.ref.startsWith("refs/heads/")) return;
  const branch = push.ref.slice("refs/heads/".length);
  const page = { isOpen: true, skip: 0, limit: maxPulls };
  for (const pull of await context.records.pulls.list(repository.id, { ...page, head: branch })) {
    if (push.after === null) await closePullRequest(context, place, pull);
    else await withHead(context, place, pull);
  }
  if (push.after === null) return;
  for (const one of await context.records.pulls.list(repository.id, { ...page, base: branch })) {
    const pull = await withHead(context, place, one);
    if (await isAncestor(gitDir, pull.headSha, push.after)) await settle(context, place, pull, push.after);
  }
}
