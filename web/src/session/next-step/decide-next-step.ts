import type { Session } from "@tembo-io/sdk";

export type SessionPullRequest = Session["artifacts"][number]["pullRequests"][number];

/** The step that the end of a session's work suggests. `pullRequest` is the newest one in this state. */
export type NextStep =
  | { readonly kind: "tryAgain"; readonly pullRequest: SessionPullRequest | null }
  | { readonly kind: "review"; readonly pullRequest: SessionPullRequest; readonly openCount: number }
  | { readonly kind: "merged" | "closed"; readonly pullRequest: SessionPullRequest }
  | { readonly kind: "followUp"; readonly isStopped: boolean };

type Facts = Pick<Session, "state" | "attention" | "artifacts">;

/**
 * Returns the next step after the last turn. Returns null while the agent works or has not started, and while an open
 * permission request, question or plan in the transcript is the next step. Pure.
 */
export function decideNextStep({ state, attention, artifacts }: Facts): NextStep | null {
  const { current } = state;
  if (current !== "completed" && current !== "failed" && current !== "cancelled") return null;
  if (attention !== null && attention !== "failure") return null;
  const pulls = artifacts.flatMap(({ pullRequests }) => pullRequests);
  const open = pulls.filter(({ status }) => status === "open");
  if (current === "failed") return { kind: "tryAgain", pullRequest: open.at(-1) ?? null };
  if (open.length > 0) return { kind: "review", pullRequest: open.at(-1)!, openCount: open.length };
  for (const kind of ["merged", "closed"] as const) {
    const ended = pulls.findLast(({ status }) => status === kind);
    if (ended !== undefined && current === "completed") return { kind, pullRequest: ended };
  }
  return { kind: "followUp", isStopped: current === "cancelled" };
}
