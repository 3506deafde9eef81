import type { ForgeConversations } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { canWrite } from "./can-write.ts";
import { listComments } from "./list-comments.ts";
import { react } from "./react.ts";
import { replyInline, updateComment, writeComment } from "./write-comment.ts";

export function githubConversations(client: GithubClient): ForgeConversations {
  return {
    listComments: (ref, thread) => listComments(client, ref, thread),
    comment: (ref, thread, body) => writeComment(client, ref, thread, body),
    replyInline: (ref, number, to, body) => replyInline(client, ref, number, { to, body }),
    updateComment: (ref, { number }, comment, body) => updateComment(client, ref, { number, comment, body }),
    react: async (ref, thread, comment, reaction) => {
      await react(client, ref, { thread, comment, reaction });
      return true;
    },
    canWrite: (ref, user) => canWrite(client, ref, user),
  };
}
