import { aForgeComment, forgeTime } from "../core/automation/conversation/testing/memory-forge.ts";
import type { ForgeReviewing } from "../core/forges/index.ts";

/** Stub that returns one commit and one review comment, and accepts every change. */
export const stubReviewing: ForgeReviewing = {
  readPatch: async () => null,
  listCommits: async () => [
    {
      sha: "c".repeat(40),
      message: "Make the login work",
      author: { name: "ada", email: "ada@example.com" },
      committedAt: forgeTime,
    },
  ],
  listReviewComments: async () => [
    { ...aForgeComment(), startLine: null, isOutdated: false, resolved: null },
  ],
  commentInline: async (_, __, { path, startLine, line, side }, body) => ({
    ...aForgeComment({ kind: "inline", body, place: { path, line, side, diffHunk: null } }),
    startLine,
    isOutdated: false,
    resolved: null,
  }),
  replyInline: async (_, __, ___, body) => ({
    ...aForgeComment({ kind: "inline", body }),
    startLine: null,
    isOutdated: false,
    resolved: null,
  }),
  submitReview: async (_, __, { state, body }) => ({
    id: "9",
    author: aForgeComment().author,
    state,
    body,
    url: aForgeComment().url,
    submittedAt: forgeTime,
  }),
  resolveThread: async () => {},
  applySuggestion: async () => ({ sha: "c".repeat(40) }),
  outlook: async () => ({ conflictsIn: ["login.ts"], ended: null }),
};
