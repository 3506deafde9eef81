import { z } from "zod";
import type { ForgeIssue } from "../../../core/forges/index.ts";
import { id, text, time } from "./read.ts";
import { user } from "./user.ts";

const label = z
  .union([z.string(), z.object({ name: z.string().nullish() })])
  .transform((raw) => (typeof raw === "string" ? raw : (raw.name ?? "")));

/** Parses an issue. GitHub's lists of issues include pull requests, for which `isPullRequest` is true. */
export const issue = z
  .object({
    id,
    number: z.number().int(),
    html_url: z.string(),
    title: z.string(),
    body: text,
    state: z.string(),
    user: user.nullish(),
    labels: z.array(label).nullish(),
    pull_request: z.object({}).nullish(),
    created_at: time,
    updated_at: time,
    closed_at: time.nullish(),
  })
  .transform((raw) => ({
    isPullRequest: raw.pull_request !== undefined && raw.pull_request !== null,
    closedAt: raw.closed_at ?? null,
    issue: {
      number: raw.number,
      externalId: raw.id,
      url: raw.html_url,
      title: raw.title,
      body: raw.body,
      status: raw.state === "closed" ? "closed" : "open",
      author: raw.user ?? null,
      labels: (raw.labels ?? []).filter((name) => name !== ""),
      createdAt: raw.created_at,
      updatedAt: raw.updated_at,
    } satisfies ForgeIssue,
  }));
