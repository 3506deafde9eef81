import { aForgePullRequest, forgeTime } from "../core/automation/conversation/testing/memory-forge.ts";
import type { Forge } from "../core/forges/index.ts";

const afterwards = new Date(forgeTime.getTime() + 3_600_000);

/** Stubs that accept every change, and know only the pull requests that were closed. */
export function stubPullRequests(): Pick<Forge, "updatePullRequest" | "findPullRequestByNumber"> {
  const closed = new Set<number>();
  const find = (number: number) => aForgePullRequest({ number, status: "closed", updatedAt: afterwards });
  return {
    updatePullRequest: async (_, number, { status }) => {
      if (status === "closed") closed.add(number);
      return find(number);
    },
    findPullRequestByNumber: async (_, number) => (closed.has(number) ? find(number) : null),
  };
}
