import { z } from "zod";
import type { ForgeCheck } from "../../../core/forges/index.ts";
import { id, time } from "./read.ts";

export type Conclusion = Exclude<ForgeCheck["state"], "pending">;

/** Check, and the time by which results with the same name are ordered. */
export interface TimedCheck {
  readonly check: ForgeCheck;
  readonly at: Date;
}

/** Slug of the App whose check runs are workflow jobs with logs. */
export const actionsApp = "github-actions";

/** Parses a check run. Only check runs of the Actions App have a log. */
export const checkRun = z
  .object({
    id,
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullish(),
    html_url: z.string().nullish(),
    details_url: z.string().nullish(),
    started_at: time.nullish(),
    completed_at: time.nullish(),
    app: z.object({ slug: z.string().nullish() }).nullish(),
    output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
  })
  .transform(
    (raw): TimedCheck => ({
      at: raw.started_at ?? raw.completed_at ?? new Date(0),
      check: {
        id: raw.id,
        kind: raw.app?.slug === actionsApp ? "job" : "status",
        name: raw.name,
        state: raw.status === "completed" ? conclusionOf(raw.conclusion) : "pending",
        url: raw.html_url ?? raw.details_url ?? null,
        summary: oneLine(raw.output?.title) ?? oneLine(raw.output?.summary),
      },
    }),
  );

const statusStates: Readonly<Record<string, ForgeCheck["state"]>> = {
  success: "passed",
  failure: "failed",
  error: "failed",
  pending: "pending",
};

/** Parses a commit status set by an external program. */
export const commitStatus = z
  .object({
    id,
    context: z.string(),
    state: z.string(),
    description: z.string().nullish(),
    target_url: z.string().nullish(),
    updated_at: time,
  })
  .transform(
    (raw): TimedCheck => ({
      at: raw.updated_at,
      check: {
        id: raw.id,
        kind: "status",
        name: raw.context,
        state: statusStates[raw.state] ?? "pending",
        url: raw.target_url || null,
        summary: oneLine(raw.description),
      },
    }),
  );

/**
 * Converts a conclusion. `action_required` means that the check waits for a user, and `stale` means that GitHub abandoned it. Neither means
 * that the change has failed.
 */
export function conclusionOf(conclusion: string | null | undefined): Conclusion {
  if (conclusion === "success" || conclusion === "neutral") return "passed";
  if (conclusion === "skipped") return "skipped";
  if (conclusion === "cancelled" || conclusion === "stale" || conclusion === "action_required")
    return "cancelled";
  return "failed";
}

function oneLine(words: string | null | undefined): string | null {
  const [line = ""] = (words ?? "").trim().split("\n");
  return line === "" ? null : line.slice(0, 500);
}
