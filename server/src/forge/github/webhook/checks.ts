import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { actionsApp, conclusionOf } from "../read/check.ts";
import { readBody, time } from "../read/read.ts";
import { workflowRun } from "../read/workflow-run.ts";
import { about, actionOf } from "./about.ts";

const headBranch = z.string().nullish();
const checkRunBody = z.object({
  ...about,
  check_run: z.object({
    name: z.string(),
    head_sha: z.string(),
    conclusion: z.string().nullish(),
    html_url: z.string().nullish(),
    details_url: z.string().nullish(),
    completed_at: time.nullish(),
    check_suite: z.object({ head_branch: headBranch }).nullish(),
  }),
});
const checkSuiteBody = z.object({
  ...about,
  check_suite: z.object({
    head_sha: z.string(),
    head_branch: headBranch,
    conclusion: z.string().nullish(),
    updated_at: time,
    app: z.object({ slug: z.string().nullish(), name: z.string().nullish() }).nullish(),
  }),
});
const workflowRunBody = z.object({ ...about, workflow_run: workflowRun });
const statusBody = z.object({
  ...about,
  sha: z.string(),
  context: z.string(),
  state: z.string(),
  target_url: z.string().nullish(),
  updated_at: time,
  branches: z.array(z.object({ name: z.string() })).nullish(),
});

/** Parses `check_run`, which contains one check, possibly a workflow job. Returns an event only for a completed check. */
export function readCheckRun(json: unknown): readonly ForgeEvent[] {
  if (actionOf(json) !== "completed") return [];
  const { repository, sender, check_run: run } = readBody(checkRunBody, json);
  return [
    {
      type: "check.completed",
      kind: "check",
      repository,
      actor: sender ?? null,
      at: run.completed_at ?? new Date(),
      sha: run.head_sha,
      branch: run.check_suite?.head_branch ?? null,
      name: run.name,
      conclusion: conclusionOf(run.conclusion),
      url: run.html_url || run.details_url || null,
    },
  ];
}

/**
 * Parses `check_suite`, which contains the result of all checks by one App. Returns an event only for a completed suite. Ignores the suite of
 * Actions, because `workflow_run` reports it.
 */
export function readCheckSuite(json: unknown): readonly ForgeEvent[] {
  if (actionOf(json) !== "completed") return [];
  const { repository, sender, check_suite: suite } = readBody(checkSuiteBody, json);
  if (suite.app?.slug === actionsApp) return [];
  return [
    {
      type: "check.completed",
      kind: "check",
      repository,
      actor: sender ?? null,
      at: suite.updated_at,
      sha: suite.head_sha,
      branch: suite.head_branch ?? null,
      name: suite.app?.name ?? suite.app?.slug ?? "checks",
      conclusion: conclusionOf(suite.conclusion),
      url: null,
    },
  ];
}

/** Parses `workflow_run`, which contains the result of all jobs in a workflow. Returns an event only for a completed run. */
export function readWorkflowRun(json: unknown): readonly ForgeEvent[] {
  if (actionOf(json) !== "completed") return [];
  const { repository, sender, workflow_run: run } = readBody(workflowRunBody, json);
  const { isCompleted: _, ...rest } = run;
  return [{ type: "check.completed", kind: "workflow", repository, actor: sender ?? null, ...rest }];
}

/**
 * Parses `status`, which reports a commit status from another program. Returns no event for a pending status. GitHub reports a list of
 * branches that contain the commit, so the event contains the branch only if the list has one entry.
 */
export function readStatus(json: unknown): readonly ForgeEvent[] {
  const { repository, sender, ...status } = readBody(statusBody, json);
  if (status.state === "pending") return [];
  const branches = status.branches ?? [];
  return [
    {
      type: "check.completed",
      kind: "check",
      repository,
      actor: sender ?? null,
      at: status.updated_at,
      sha: status.sha,
      branch: branches.length === 1 ? (branches[0]?.name ?? null) : null,
      name: status.context,
      conclusion: status.state === "success" ? "passed" : "failed",
      url: status.target_url || null,
    },
  ];
}
