import assert from "node:assert/strict";

interface Login {
  readonly login: string;
}
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: Login;
  readonly in_reply_to_id?: number;
}
export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly html_url: string;
  readonly state: string;
  readonly head: { readonly ref: string; readonly sha: string };
}
export interface CheckRun {
  readonly name: string;
  readonly head_sha: string;
  readonly status: "in_progress" | "completed";
  readonly conclusion?: "success" | "failure";
  readonly output?: { readonly title: string; readonly summary: string; readonly text: string };
}

/**
 * Creates a client for a user of the built-in forge. The user sends requests to the forge's REST API with a personal
 * API key.
 */
export function createPerson(url: string, apiKey: string, repository: string) {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/api/github/v3/repos/${repository}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text === "" ? "null" : text) as T;
  }

  return {
    openIssue: (title: string, body = "") =>
      ask<{ number: number; html_url: string }>("POST", "/issues", { title, body }),
    openPullRequest: (input: { title: string; body: string; head: string }) =>
      ask<PullRequest>("POST", "/pulls", { ...input, base: "main" }),
    pullRequest: (number: number) => ask<PullRequest>("GET", `/pulls/${number}`),
    pullRequests: () => ask<PullRequest[]>("GET", "/pulls?state=all"),
    merge: (number: number) => ask<unknown>("PUT", `/pulls/${number}/merge`, {}),
    /** Adds a comment to an issue or pull request as a whole. */
    comment: (number: number, body: string) => ask<Comment>("POST", `/issues/${number}/comments`, { body }),
    edit: (commentId: number, body: string) =>
      ask<Comment>("PATCH", `/issues/comments/${commentId}`, { body }),
    comments: (number: number) => ask<Comment[]>("GET", `/issues/${number}/comments?per_page=100`),
    commentOnLine: (number: number, at: { path: string; line: number; body: string }) =>
      ask<Comment>("POST", `/pulls/${number}/comments`, { ...at, side: "RIGHT" }),
    lineComments: (number: number) => ask<Comment[]>("GET", `/pulls/${number}/comments?per_page=100`),
    review: (number: number, body: string, comments: { path: string; line: number; body: string }[]) =>
      ask<{ id: number }>("POST", `/pulls/${number}/reviews`, { event: "REQUEST_CHANGES", body, comments }),
    requestReview: (number: number, logins: readonly string[]) =>
      ask<unknown>("POST", `/pulls/${number}/requested_reviewers`, { reviewers: logins }),
    /** Returns Tembo's reactions to an issue or pull request ("issues/1") or to a comment ("issues/comments/1"). */
    reactions: async (subject: string) => {
      const all = await ask<{ content: string; user: Login }[]>("GET", `/${subject}/reactions`);
      return all.filter(({ user }) => isTembo(user)).map(({ content }) => content);
    },
    addCheck: (run: CheckRun) => ask<{ id: number }>("POST", "/check-runs", run),
    endCheck: (id: number, conclusion: "success" | "failure") =>
      ask<unknown>("PATCH", `/check-runs/${id}`, { status: "completed", conclusion }),
  };
}

export type Person = ReturnType<typeof createPerson>;

export const isTembo = ({ login }: Login) => login === "tembo";
