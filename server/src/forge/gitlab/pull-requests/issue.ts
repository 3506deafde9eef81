import { z } from "zod";
import type { ForgeIssue } from "../../../core/forges/index.ts";
import { apiUserSchema, toUser } from "../access/user.ts";

/** Fields of an issue in API responses that the adapter reads. */
export const apiIssueSchema = z.object({
  id: z.number().int(),
  iid: z.number().int(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  author: apiUserSchema.nullish(),
  labels: z.array(z.string()).nullish(),
  web_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

export function toIssue(found: z.infer<typeof apiIssueSchema>): ForgeIssue {
  return {
    number: found.iid,
    externalId: String(found.id),
    url: found.web_url,
    title: found.title,
    body: found.description ?? "",
    status: found.state === "closed" ? "closed" : "open",
    author: found.author ? toUser(found.author) : null,
    labels: found.labels ?? [],
    createdAt: new Date(found.created_at),
    updatedAt: new Date(found.updated_at),
  };
}
