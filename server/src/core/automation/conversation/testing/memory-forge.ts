import { AppError } from "../../../base/index.ts";
import type {
  Forge,
  ForgeCheck,
  ForgeComment,
  ForgeIssue,
  ForgeName,
  ForgePullRequest,
  ForgeReview,
  ForgeThread,
  ForgeUser,
} from "../../../forges/index.ts";

/** An in-memory forge with one repository. It records reactions and its own comments. Unsupported operations throw. */
export interface MemoryForge {
  readonly forge: Forge;
  readonly threads: Map<string, ForgeComment[]>;
  readonly issues: Map<number, ForgeIssue>;
  readonly pullRequests: Map<number, ForgePullRequest>;
  readonly reviews: Map<number, ForgeReview[]>;
  readonly checks: Map<string, ForgeCheck[]>;
  readonly logs: Map<string, string>;
  readonly branches: Map<string, string>;
  /** Reactions in the form `seen inline:7`. */
  readonly reactions: string[];
  /** Login names of people with write access. */
  readonly writers: Set<string>;
  /** Bodies of comments by Tembo's own account. `at` is `pullRequest:7`, or `pullRequest:7 below 3` in a thread. */
  readonly written: { readonly at: string; readonly body: string }[];
  /** Errors that operations throw, by the operation's name. */
  readonly failing: Map<string, Error>;
}

export const threadKey = ({ kind, number }: ForgeThread) => `${kind}:${number}`;
export const forgeTime = new Date("2026-01-02T03:00:00.000Z");

export const aForgeUser = (login: string, change: Partial<ForgeUser> = {}): ForgeUser => ({
  id: `id-${login}`,
  login,
  name: null,
  email: null,
  avatarUrl: null,
  profileUrl: null,
  isBot: false,
  ...change,
});

export const ourAccount = aForgeUser("tembo-account");

let lastId = 0;

export const aForgeComment = (change: Partial<ForgeComment> = {}): ForgeComment => {
  lastId += 1;
  return {
    id: String(lastId),
    kind: "comment",
    author: aForgeUser("ada"),
    body: "@tembo please",
    url: `https://forge.example/comments/${lastId}`,
    place: null,
    threadId: null,
    reviewId: null,
    createdAt: forgeTime,
    updatedAt: forgeTime,
    ...change,
  };
};

export const aForgePullRequest = (change: Partial<ForgePullRequest> = {}): ForgePullRequest => ({
  number: 7,
  externalId: "700",
  url: "https://forge.example/acme/shop/pulls/7",
  title: "Make the login work",
  body: "It did not.",
  status: "open",
  isDraft: false,
  head: "ada/login",
  base: "main",
  headSha: "a".repeat(40),
  isFromFork: false,
  author: aForgeUser("ada"),
  reviewRequests: { users: null, keepsReviewed: false },
  labels: [],
  mergeability: "unknown",
  mergedAt: null,
  createdAt: forgeTime,
  updatedAt: forgeTime,
  ...change,
});

export const aForgeIssue = (change: Partial<ForgeIssue> = {}): ForgeIssue => ({
  number: 12,
  externalId: "1200",
  url: "https://forge.example/acme/shop/issues/12",
  title: "The login breaks",
  body: "@tembo fix it",
  status: "open",
  author: aForgeUser("ada"),
  labels: [],
  createdAt: forgeTime,
  updatedAt: forgeTime,
  ...change,
});

export function memoryForge(
  options: { readonly name?: ForgeName; readonly canReact?: boolean } = {},
): MemoryForge {
  const { name = "github", canReact = true } = options;
  const memory: Omit<MemoryForge, "forge"> = {
    threads: new Map(),
    issues: new Map(),
    pullRequests: new Map(),
    reviews: new Map(),
    checks: new Map(),
    logs: new Map(),
    branches: new Map(),
    reactions: [],
    writers: new Set(["ada"]),
    written: [],
    failing: new Map(),
  };
  const below = (thread: ForgeThread) => memory.threads.get(threadKey(thread)) ?? [];
  const write = (thread: ForgeThread, comment: ForgeComment, at: string) => {
    memory.threads.set(threadKey(thread), [...below(thread), comment]);
    memory.written.push({ at, body: comment.body });
    return comment;
  };
  /** Closes or merges a pull request, unless it has already ended. */
  const end = (number: number, status: "merged" | "closed") => {
    const pullRequest = memory.pullRequests.get(number)!;
    if (pullRequest.status !== "open") return pullRequest;
    const updatedAt = new Date(pullRequest.updatedAt.getTime() + 1);
    const ended = { ...pullRequest, status, updatedAt, mergedAt: status === "merged" ? updatedAt : null };
    memory.pullRequests.set(number, ended);
    return ended;
  };
  const operations: Partial<Forge> = {
    name,
    reviewing: null,
    account: async () => ourAccount,
    rateLimit: async () => null,
    canWrite: async (_, { login }) => memory.writers.has(login),
    listComments: async (_, thread) => [...below(thread)],
    comment: async (_, thread, body) =>
      write(thread, aForgeComment({ author: ourAccount, body }), threadKey(thread)),
    replyInline: async (_, number, { id, threadId }, body) => {
      const thread: ForgeThread = { kind: "pullRequest", number };
      const reply = aForgeComment({ author: ourAccount, body, kind: "inline", threadId });
      return write(thread, reply, `${threadKey(thread)} below ${id}`);
    },
    react: async (_, thread, comment, reaction) => {
      if (!canReact) return false;
      const on = comment === null ? threadKey(thread) : `${comment.kind}:${comment.id}`;
      if (!memory.reactions.includes(`${reaction} ${on}`)) memory.reactions.push(`${reaction} ${on}`);
      return true;
    },
    findIssue: async (_, number) => memory.issues.get(number) ?? null,
    findPullRequestByNumber: async (_, number) => memory.pullRequests.get(number) ?? null,
    mergePullRequest: async (_, number, { headSha }) => {
      if (memory.pullRequests.get(number)?.headSha !== headSha)
        throw new AppError("conflict", "The head has moved.");
      end(number, "merged");
      return { sha: null };
    },
    updatePullRequest: async (_, number, { status }) =>
      status === "closed" ? end(number, "closed") : memory.pullRequests.get(number)!,
    listReviews: async (_, number) => memory.reviews.get(number) ?? [],
    checkResults: async (_, sha) => memory.checks.get(sha) ?? [],
    jobLog: async (_, { id }) => memory.logs.get(id) ?? null,
    findBranch: async (_, branch) => {
      const sha = memory.branches.get(branch);
      return sha === undefined ? null : { name: branch, sha, isProtected: false };
    },
    deleteBranch: async (_, branch) => void memory.branches.delete(branch),
  };
  const forge = new Proxy(operations, {
    get(target, key) {
      const failure = memory.failing.get(String(key));
      if (failure !== undefined) return () => Promise.reject(failure);
      // `await` reads this property.
      if (key in target || key === "then") return target[key as keyof Forge];
      throw new Error(`The in-memory forge has no ${String(key)}.`);
    },
  }) as Forge;
  return { ...memory, forge };
}
