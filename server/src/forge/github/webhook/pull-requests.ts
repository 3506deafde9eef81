import { z } from "zod";
import type { ForgeEvent, ForgeEventType } from "../../../core/forges/index.ts";
import { pullRequest } from "../read/pull-request.ts";
import { readBody } from "../read/read.ts";
import { about, actionOf } from "./about.ts";

type PullRequestEventType = Extract<ForgeEventType, `pullRequest.${string}`>;

const body = z.object({ ...about, pull_request: pullRequest });

const types: Readonly<Record<string, PullRequestEventType>> = {
  opened: "pullRequest.opened",
  reopened: "pullRequest.reopened",
  closed: "pullRequest.closed",
  synchronize: "pullRequest.synchronized",
  ready_for_review: "pullRequest.ready",
  converted_to_draft: "pullRequest.updated",
  edited: "pullRequest.updated",
  labeled: "pullRequest.updated",
  unlabeled: "pullRequest.updated",
  review_requested: "pullRequest.updated",
  review_request_removed: "pullRequest.updated",
};

/** Parses `pull_request` events. GitHub reports a merge as `closed`, with `merged` set in the pull request. */
export function readPullRequest(json: unknown): readonly ForgeEvent[] {
  const action = actionOf(json);
  const type = Object.hasOwn(types, action) ? types[action] : undefined;
  if (type === undefined) return [];
  const { repository, sender, pull_request: found } = readBody(body, json);
  const isMerged = type === "pullRequest.closed" && found.status === "merged";
  return [
    {
      type: isMerged ? "pullRequest.merged" : type,
      repository,
      actor: sender ?? null,
      at: found.updatedAt,
      pullRequest: found,
    },
  ];
}
