import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type { ForgeConversations, ForgeThread, RepositoryRef } from "../../core/forges/index.ts";
import { type BitbucketClient, nameOf, quoted, repositoryPath } from "./bitbucket-client.ts";
import { readComment } from "./reading.ts";
import type { NewComment } from "./requests.ts";
import { comment as commentShape } from "./shapes.ts";

const maxComments = 500;
const permission = z.object({
  permission: z.string(),
  user: z.object({ uuid: z.string() }).nullish(),
});

export function bitbucketConversations(client: BitbucketClient): ForgeConversations {
  const commentsPath = (repository: RepositoryRef, number: number) =>
    `${repositoryPath(repository)}/pullrequests/${number}/comments`;

  function noIssues({ kind }: ForgeThread): void {
    if (kind === "issue")
      throw new AppError("forge_failed", "Bitbucket has no issues. Comment on a pull request instead.");
  }

  async function write(repository: RepositoryRef, number: number, body: string, parentId: number | null) {
    const made = {
      type: "pullrequest_comment",
      content: { raw: body },
      ...(parentId === null ? {} : { parent: { type: "comment" as const, id: parentId } }),
    } satisfies NewComment;
    const what = `comment on pull request ${number} of ${nameOf(repository)}`;
    const path = commentsPath(repository, number);
    return client.read(commentShape, { method: "POST", path, body: made, what });
  }

  return {
    async listComments(repository, thread) {
      if (thread.kind === "issue") return [];
      const path = commentsPath(repository, thread.number);
      const what = `list the comments of pull request ${thread.number} of ${nameOf(repository)}`;
      const latest: z.output<typeof commentShape>[] = [];
      const query = { sort: "-created_on", pagelen: 100 };
      for await (const comment of client.items(commentShape, { path, query, what })) {
        latest.push(comment);
        if (latest.length === maxComments) break;
      }
      const parents = new Map(latest.map(({ id, parent }) => [id, parent?.id ?? null]));
      return latest
        .filter(({ deleted, pending }) => deleted !== true && pending !== true)
        .map((comment) => readComment(comment, (id) => rootOf(id, parents)))
        .sort((one, other) => +one.createdAt - +other.createdAt || Number(one.id) - Number(other.id));
    },

    async comment(repository, thread, body) {
      noIssues(thread);
      return readComment(await write(repository, thread.number, body, null));
    },

    async replyInline(repository, number, to, body) {
      const root = Number(to.threadId ?? to.id);
      return readComment(await write(repository, number, body, root));
    },

    async updateComment(repository, thread, { id }, body) {
      noIssues(thread);
      const path = `${commentsPath(repository, thread.number)}/${encodeURIComponent(id)}`;
      const what = `edit a comment on pull request ${thread.number} of ${nameOf(repository)}`;
      const edited = { type: "pullrequest_comment", content: { raw: body } } satisfies NewComment;
      await client.send({ method: "PUT", path, body: edited, what });
    },

    react: async () => false,

    async canWrite(repository, { id, login }) {
      // This list contains the effective permissions, including those granted through groups. The repository's own list omits permissions
      // from groups.
      const { owner, name, externalId } = repository;
      const request = {
        path: `/workspaces/${encodeURIComponent(owner)}/permissions/repositories/${encodeURIComponent(externalId ?? name)}`,
        query: { q: `user.uuid=${quoted(id)}` },
        what: `read the permissions of ${login} in ${nameOf(repository)}`,
      };
      for await (const one of client.items(permission, request)) {
        if (one.user?.uuid === id) return one.permission === "admin" || one.permission === "write";
      }
      return false;
    },
  };
}

function rootOf(id: number, parents: ReadonlyMap<number, number | null>): number {
  let root = id;
  // The number of comments limits the steps, in case two comments refer to each other as their parent.
  for (let steps = 0; steps <= parents.size; steps++) {
    const parent = parents.get(root);
    if (parent == null) return root;
    root = parent;
  }
  return root;
}
