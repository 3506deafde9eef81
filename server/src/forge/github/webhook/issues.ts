import { z } from "zod";
import type { ForgeEvent, ForgeEventType } from "../../../core/forges/index.ts";
import { issue } from "../read/issue.ts";
import { readBody } from "../read/read.ts";
import { about, actionOf } from "./about.ts";

type IssueEventType = Extract<ForgeEventType, `issue.${string}`>;

const body = z.object({ ...about, issue });

const types: Readonly<Record<string, IssueEventType>> = {
  opened: "issue.opened",
  reopened: "issue.reopened",
  closed: "issue.closed",
  edited: "issue.updated",
  labeled: "issue.updated",
  unlabeled: "issue.updated",
  assigned: "issue.updated",
  unassigned: "issue.updated",
};

export function readIssue(json: unknown): readonly ForgeEvent[] {
  const action = actionOf(json);
  const type = Object.hasOwn(types, action) ? types[action] : undefined;
  if (type === undefined) return [];
  const { repository, sender, issue: found } = readBody(body, json);
  return [{ type, repository, actor: sender ?? null, at: found.issue.updatedAt, issue: found.issue }];
}
