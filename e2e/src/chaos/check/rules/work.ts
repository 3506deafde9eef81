import { ofType } from "../../../support/assertions.ts";
import type { History, Rule, SessionReading } from "../history.ts";
import { eventsOf, fileOf, tokensOf } from "../read-parts.ts";

const branchOf = ({ branches }: History, name: string | null) =>
  branches.find((branch) => branch.name === name);

export const eachTurnCommitsOnce: Rule = {
  name: "a completed turn makes one commit, and no turn makes two",
  check: (history) =>
    tokensOf(history).flatMap(({ token, message, session }) => {
      const commits = branchOf(history, session.branch)?.commits ?? [];
      const count = commits.filter(({ files }) => files.includes(fileOf(token))).length;
      const isRight = message.state === "completed" ? count === 1 : count <= 1;
      return isRight ? [] : [`${count} commits of session ${session.id} contain the work on ${token}.`];
    }),
};

export const commitsBelongToTheirSession: Rule = {
  name: "a branch has only the work of its session",
  check: (history) =>
    history.sessions.flatMap((session) => {
      const own = new Set(tokensOf({ sessions: [session] }).map(({ token }) => fileOf(token)));
      const commits = branchOf(history, session.branch)?.commits ?? [];
      return commits
        .flatMap(({ files }) => files)
        .filter((file) => !own.has(file))
        .map((file) => `The branch of session ${session.id} has the file ${file}.`);
    }),
};

/** If a push finds other work on the branch, Tembo pushes to another branch. Only one machine at a time has the work. */
export const everyBranchHasASession: Rule = {
  name: "no branch is without a session",
  check: ({ branches, sessions }) =>
    branches
      .filter(({ name }) => !sessions.some(({ branch }) => branch === name))
      .map(({ name }) => `The branch ${name} belongs to no session.`),
};

export const onePullRequestPerChange: Rule = {
  name: "each session with commits has exactly one pull request",
  check: (history) =>
    history.sessions.flatMap((session) => {
      const commits = branchOf(history, session.branch)?.commits.length ?? 0;
      const onForge = history.pullRequests.filter(({ head }) => head === session.branch).length;
      const opened = ofType(session.events, "pullRequest.opened").length;
      const isCompleted = session.messages.some(({ state }) => state === "completed");
      const counts = `Session ${session.id} has ${commits} commits, ${onForge} pull requests and ${opened} events about an opened one.`;
      if (onForge > 1 || opened > 1 || opened !== onForge) return [counts];
      return isCompleted && commits > 0 && onForge === 0 ? [counts] : [];
    }),
};

/**
 * A machine that lost its turn must not push. Each of its pushes would either replace a commit, or put a commit on the
 * branch that the session's events do not contain.
 */
export const noFencedPush: Rule = {
  name: "each push is recorded, and none replaces another one",
  check: (history) =>
    history.sessions.flatMap((session) => {
      const branch = branchOf(history, session.branch);
      if (branch === undefined) return [];
      const recorded = new Set(ofType(session.events, "branch.pushed").map(({ eventData }) => eventData.sha));
      for (const sha of stoppedCommits(session)) recorded.add(sha);
      const kept = new Set(branch.commits.map(({ sha }) => sha));
      const what = `was pushed to the branch of session ${session.id}`;
      return branch.heads.flatMap((sha) => {
        if (!kept.has(sha)) return [`Commit ${sha} ${what}, and is no longer on it.`];
        return recorded.has(sha) ? [] : [`Commit ${sha} ${what}, and no event contains it.`];
      });
    }),
};

/** Returns the commits of cancelled turns. A stop can interrupt a push after the forge accepted it. */
function stoppedCommits(session: SessionReading): string[] {
  return session.messages.flatMap((message) => {
    const commits = eventsOf({ session, message }, "commit.created");
    return message.state === "cancelled" ? commits.map(({ eventData }) => eventData.sha) : [];
  });
}
