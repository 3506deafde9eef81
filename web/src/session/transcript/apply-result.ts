import { addItem, type Draft } from "./draft.ts";
import type { Told } from "./event-data.ts";

/** What came of the work, and what ran around it. */
export function applyResult(draft: Draft, { data, id, at }: Told): void {
  const key = `event:${id}`;
  switch (data.type) {
    case "hook.finished": {
      const { hook, repository, command, exitCode, output } = data;
      addItem(draft, key, at, { kind: "hook", hook, repository, command, exitCode, output });
      return;
    }
    case "commit.created": {
      const { repository, branch, sha, additions, deletions, changedFiles } = data;
      addItem(draft, key, at, {
        kind: "commit",
        repository,
        branch,
        sha,
        additions,
        deletions,
        changedFiles,
      });
      return;
    }
    case "pullRequest.opened":
    case "pullRequest.updated": {
      const { repository, number, url, title, type } = data;
      const isNew = type === "pullRequest.opened";
      addItem(draft, key, at, { kind: "pullRequest", isNew, repository, number, url, title });
      return;
    }
    case "goal.checked": {
      const { round, isReached, output } = data;
      addItem(draft, key, at, { kind: "goal", round, isReached, output });
      return;
    }
    case "artifact.created":
      addItem(draft, key, at, { kind: "note", note: { about: "artifact", title: data.title } });
      return;
    case "session.agentChanged":
      addItem(draft, key, at, { kind: "note", note: { about: "agent", agent: data.agent } });
      return;
  }
}
