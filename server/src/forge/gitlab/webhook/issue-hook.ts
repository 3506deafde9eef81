import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import {
  idSchema,
  labelsSchema,
  optionalText,
  projectSchema,
  repositoryOf,
  text,
  time,
  userSchema,
} from "./payload.ts";

const schema = z.object({
  user: userSchema,
  project: projectSchema,
  object_attributes: z.object({
    id: idSchema,
    iid: idSchema,
    title: text,
    description: optionalText,
    state: text,
    action: optionalText,
    author_id: idSchema.nullish(),
    confidential: z.boolean().nullish(),
    labels: labelsSchema,
    url: optionalText,
    created_at: time,
    updated_at: time,
  }),
});

const types = {
  open: "issue.opened",
  reopen: "issue.reopened",
  close: "issue.closed",
  update: "issue.updated",
} as const;

/** Parses an issue event. Ignores confidential issues. Source: "Webhook events: Work item events". */
export function readIssueHook(body: unknown): readonly ForgeEvent[] {
  const { user, project, object_attributes: issue } = schema.parse(body);
  const action = issue.action ?? "";
  if (!Object.hasOwn(types, action) || issue.confidential === true) return [];
  const actor = toUser(user);
  return [
    {
      type: types[action as keyof typeof types],
      repository: repositoryOf(project),
      actor,
      at: issue.updated_at,
      issue: {
        number: issue.iid,
        externalId: String(issue.id),
        url: issue.url ?? `${project.url}/-/issues/${issue.iid}`,
        title: issue.title,
        body: issue.description ?? "",
        status: issue.state === "closed" ? "closed" : "open",
        author: issue.author_id === user.id ? actor : null,
        labels: issue.labels,
        createdAt: issue.created_at,
        updatedAt: issue.updated_at,
      },
    },
  ];
}
