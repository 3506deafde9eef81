import type { Appliers } from "./apply.ts";
import { addItem } from "./draft.ts";
import { hideCallOf } from "./session-tools.ts";

/** Appliers that add the turn's results, the hooks that ran and a change of the session. */
export const resultEvents = {
  "hook.finished": (draft, { data, at, key }) => {
    const { hook, repository, command, exitCode, output } = data;
    addItem(draft, key, at, { kind: "hook", hook, repository, command, exitCode, output });
  },
  "commit.created": (draft, { data, at, key }) => {
    hideCallOf(draft, "commit");
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
  },
  "pullRequest.opened": (draft, { data, at, key }) => {
    const { repository, number, url, title } = data;
    const isNew = true;
    hideCallOf(draft, "create_pull_request");
    addItem(draft, key, at, { kind: "pullRequest", isNew, repository, number, url, title });
  },
  "pullRequest.updated": (draft, { data, at, key }) => {
    const { repository, number, url, title } = data;
    const isNew = false;
    hideCallOf(draft, "create_pull_request");
    addItem(draft, key, at, { kind: "pullRequest", isNew, repository, number, url, title });
  },
  "goal.checked": (draft, { data, at, key }) => {
    const { round, isReached, output } = data;
    addItem(draft, key, at, { kind: "goal", round, isReached, output });
  },
  "artifact.created": (draft, { data, at, key }) => {
    const { artifactId, title, contentType } = data;
    hideCallOf(draft, "createArtifact", "uploadFile", "take_screenshot");
    if (contentType === "image/png") addItem(draft, key, at, { kind: "picture", artifactId, title });
    else addItem(draft, key, at, { kind: "note", note: { about: "artifact", title } });
  },
  "session.agentChanged": (draft, { data, at, key }) => {
    addItem(draft, key, at, { kind: "note", note: { about: "agent", agent: data.agent } });
  },
  "session.archived": (draft, { at, key }) => {
    addItem(draft, key, at, { kind: "note", note: { about: "archive", isArchived: true } });
  },
  "session.unarchived": (draft, { at, key }) => {
    addItem(draft, key, at, { kind: "note", note: { about: "archive", isArchived: false } });
  },
} satisfies Partial<Appliers>;
