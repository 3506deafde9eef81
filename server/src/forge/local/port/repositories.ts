import type {
  ForgeEvent,
  ForgeRepositories,
  ForgeRepository,
  LocalRepository,
} from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { headersOf } from "../events/publish.ts";
import { readWebhook } from "../events/read-webhook.ts";
import { commitFirstFiles } from "../git/first-files.ts";
import { branchSha } from "../git/plumbing.ts";
import { deleteRepository, existingPath, makeRepository, protectedBranches } from "../git/repositories.ts";
import { withHead } from "../operations/heads.ts";
import { getPlace, isInReach } from "../operations/places.ts";
import { deleteBranch } from "../operations/repositories.ts";
import { identityOf } from "../people.ts";
import { readRefs } from "../repository-git.ts";
import { repositoryWeb } from "../shapes/repository.ts";
import { asForge, type Connection, inRepository } from "./guard.ts";

const pageSize = 100;
const maxPulls = 500;
const maxHooks = 100;
/** Events to which Tembo subscribes. The asterisk means all events. */
const hookEvents = ["*"];

export function repositories(connection: Connection): ForgeRepositories {
  const { context } = connection;
  return {
    async createRepository(repository, defaultBranch, files = []) {
      const { user } = await connection.actor();
      const path = await makeRepository(context.dataDir, repository, defaultBranch);
      if (files.length > 0) {
        const gitDir = await existingPath(context.dataDir, repository);
        await commitFirstFiles(gitDir, defaultBranch, { files, author: identityOf(context, user) });
      }
      if (path !== null)
        context.log.info({ repositoryId: repository.id, path }, "created a repository on the built-in forge");
    },

    async deleteRepository(repository) {
      await connection.actor();
      await deleteRepository(context.dataDir, repository);
    },

    async findRepository({ id }) {
      const actor = await connection.actor();
      const found = await context.records.repositories.find(id);
      if (found === null || !isInReach(actor, found)) return null;
      return asForge(async () => describe(context, await getPlace(context, actor, found)));
    },

    async *listRepositories(signal) {
      const actor = await connection.actor();
      for (let skip = 0; ; skip += pageSize) {
        signal.throwIfAborted();
        const page = { skip, limit: pageSize };
        const found = await context.records.repositories.list(actor.organizationId, page);
        for (const one of found) yield await describe(context, await getPlace(context, actor, one));
        if (found.length < pageSize) return;
      }
    },

    findBranch: (repository, name) =>
      inRepository(connection, repository, async ({ gitDir }) => {
        const sha = await branchSha(gitDir, name);
        return sha === null ? null : { name, sha, isProtected: (await protectedBranches(gitDir)).has(name) };
      }),

    deleteBranch: (repository, name) =>
      inRepository(connection, repository, async (place) => void (await deleteBranch(context, place, name))),

    ensureWebhook: (repository, { url, secret }) =>
      inRepository(connection, repository, async ({ repository: { id } }) => {
        const hook = { url, secret, events: hookEvents, isActive: true };
        if ((await context.records.hooks.insert({ ...hook, repositoryId: id })) !== null) return;
        const known = await findHook(context, id, url);
        if (known !== undefined) await context.records.hooks.update(id, known.id, hook);
      }),

    removeWebhook: (repository, { url }) =>
      inRepository(connection, repository, async ({ repository: { id } }) => {
        const known = await findHook(context, id, url);
        if (known !== undefined) await context.records.hooks.delete(id, known.id);
      }),

    eventsSince: (repository, since, signal) =>
      inRepository(connection, repository, async (place) => {
        // Host git pushes without a notification, so polling detects the moved heads.
        const open = { isOpen: true, skip: 0, limit: maxPulls };
        for (const pull of await context.records.pulls.list(place.repository.id, open)) {
          signal.throwIfAborted();
          await withHead(context, place, pull);
        }
        const recorded = await context.records.events.since(place.repository.id, since);
        return recorded
          .flatMap(({ name, deliveryId, body }) =>
            readWebhook({ headers: headersOf(name, deliveryId), body: Buffer.from(body) }),
          )
          .filter(({ type }) => isPolled(type));
      }),
  };
}

const isPolled = (type: ForgeEvent["type"]) => /^(?:pullRequest|issue|comment|review|check)\./.test(type);

async function findHook(context: LocalContext, repositoryId: string, url: string) {
  const hooks = await context.records.hooks.list(repositoryId, { skip: 0, limit: maxHooks });
  return hooks.find((hook) => hook.url === url);
}

async function describe(context: LocalContext, { repository, gitDir }: Place): Promise<ForgeRepository> {
  return {
    externalId: repository.id,
    owner: repository.owner,
    name: repository.name,
    url: repositoryWeb(context, repository),
    description: repository.description,
    defaultBranch: await defaultBranchOf(gitDir, repository),
    isArchived: repository.isArchived,
    canPush: !repository.isArchived,
  };
}

/** Returns the default branch, or null if the repository is empty. */
async function defaultBranchOf(gitDir: string, { defaultBranch }: LocalRepository): Promise<string | null> {
  const branches = await readRefs(gitDir, ["refs/heads"]);
  return branches.size === 0 ? null : defaultBranch;
}
