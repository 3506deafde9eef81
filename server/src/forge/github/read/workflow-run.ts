import { z } from "zod";
import { conclusionOf } from "./check.ts";
import { time } from "./read.ts";

export const workflowRun = z
  .object({
    name: z.string().nullish(),
    path: z.string().nullish(),
    head_sha: z.string(),
    head_branch: z.string().nullish(),
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    html_url: z.string().nullish(),
    updated_at: time,
  })
  .transform((raw) => ({
    isCompleted: raw.status === "completed",
    at: raw.updated_at,
    sha: raw.head_sha,
    branch: raw.head_branch ?? null,
    name: raw.name ?? raw.path ?? "workflow",
    conclusion: conclusionOf(raw.conclusion),
    url: raw.html_url ?? null,
  }));
