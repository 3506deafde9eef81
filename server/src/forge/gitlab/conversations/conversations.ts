import type {
  ForgeComment,
  ForgeConversations,
  ForgeThread,
  Reaction,
  RepositoryRef,
} from "../../../core/forges/index.ts";
import { type GitlabClient, nameOf, projectOf } from "../client/gitlab-client.ts";
import { asking, GitlabRefusal } from "../client/gitlab-refusal.ts";
import { apiPath } from "../client/gitlab-request.ts";
import { memberLevel } from "../repositories/members.ts";
import { accessLevel } from "../repositories/project.ts";
import { listComments } from "./list-comments.ts";
import { type GitlabNote, noteSchema, toComment } from "./note.ts";
import { noteUrl, threadPath } from "./urls.ts";

export function createConversations(client: GitlabClient): ForgeConversations {
  return {
    listComments: (repository, thread) =>
      asking(
        `list the comments of ${notesPath(repository, thread)}`,
        listComments(client, repository, thread),
      ),
    comment: (repository, thread, body) =>
      asking(`comment on ${notesPath(repository, thread)}`, comment(client, repository, thread, body)),
    replyInline: (repository, number, to, body) => {
      const thread: ForgeThread = { kind: "pullRequest", number };
      return asking(
        `reply on ${notesPath(repository, thread)}`,
        to.threadId === null
          ? comment(client, repository, thread, body)
          : reply(client, repository, thread, to.threadId, body),
      );
    },
    updateComment: async (repository, thread, { id }, body) => {
      const path = threadPath(repository, thread) + apiPath`/notes/${id}`;
      await asking(
        `edit a comment on ${notesPath(repository, thread)}`,
        client.send({ method: "PUT", path, body: { body } }),
      );
    },
    react: (repository, thread, to, reaction) =>
      asking(`react on ${notesPath(repository, thread)}`, react(client, repository, thread, to, reaction)),
    canWrite: async (repository, { id }) => {
      if (!/^\d+$/.test(id)) return false;
      const level = memberLevel(client, projectOf(repository), id);
      return (await asking(`list who can write to ${nameOf(repository)}`, level)) >= accessLevel.developer;
    },
  };
}

const notesPath = (repository: RepositoryRef, { kind, number }: ForgeThread) =>
  `${kind === "issue" ? "issue" : "pull request"} ${number} of ${nameOf(repository)}`;

async function comment(
  client: GitlabClient,
  repository: RepositoryRef,
  thread: ForgeThread,
  body: string,
): Promise<ForgeComment> {
  const path = `${threadPath(repository, thread)}/notes`;
  const note = await client.read(noteSchema, { method: "POST", path, body: { body } });
  return described(client, repository, thread, note, null);
}

async function reply(
  client: GitlabClient,
  repository: RepositoryRef,
  thread: ForgeThread,
  discussionId: string,
  body: string,
): Promise<ForgeComment> {
  const path = threadPath(repository, thread) + apiPath`/discussions/${discussionId}/notes`;
  const note = await client.read(noteSchema, { method: "POST", path, body: { body } });
  return described(client, repository, thread, note, discussionId);
}

function described(
  { webUrl }: GitlabClient,
  repository: RepositoryRef,
  thread: ForgeThread,
  note: GitlabNote,
  discussionId: string | null,
): ForgeComment {
  return toComment(note, discussionId, noteUrl(webUrl, repository, thread, note.id));
}

const emojis = { seen: "eyes", done: "rocket", refused: "confused" } as const satisfies Record<
  Reaction,
  string
>;

async function react(
  client: GitlabClient,
  repository: RepositoryRef,
  thread: ForgeThread,
  to: Pick<ForgeComment, "id"> | null,
  reaction: Reaction,
): Promise<boolean> {
  const path = threadPath(repository, thread) + (to === null ? "" : apiPath`/notes/${to.id}`);
  const body = { name: emojis[reaction] };
  try {
    await client.send({ method: "POST", path: `${path}/award_emoji`, body });
  } catch (error) {
    // For an existing reaction, GitLab responds with 404 and "Award Emoji Name has already been taken".
    if (!(error instanceof GitlabRefusal) || !/already been taken/i.test(error.words)) throw error;
  }
  return true;
}
