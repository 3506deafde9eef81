import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { checkState } from "../reading.ts";
import { workflowRun } from "../shapes.ts";
import type { WebhookEnvelope } from "./envelope.ts";

const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

const status = z.object({
  sha: z.string().min(1),
  context: z.string(),
  state: z.string(),
  target_url: z.string().nullish(),
  created_at: time.nullish(),
  updated_at: time.nullish(),
});

const gitea = z.object({ action: z.string(), workflow_run: workflowRun });

const forgejo = z.object({
  run: z.object({
    title: z.string().nullish(),
    workflow_id: z.string().nullish(),
    html_url: z.string().nullish(),
    commit_sha: z.string().min(1),
    prettyref: z.string().nullish(),
    status: z.string(),
    stopped: time.nullish(),
    updated: time.nullish(),
  }),
});

/** Parses a commit status, a Gitea Actions run or a Forgejo Actions run. Returns no event for a pending result. */
export function readChecks(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  if (has(body, "workflow_run")) return readGiteaRun(body, about);
  return has(body, "run") ? readForgejoRun(body, about) : readStatus(body, about);
}

const has = (body: unknown, key: string) => z.looseObject({ [key]: z.object({}) }).safeParse(body).success;

function readStatus(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const { sha, context, state, target_url: url, created_at: made, updated_at: changed } = status.parse(body);
  const conclusion = checkState(state);
  if (conclusion === "pending") return [];
  return [
    {
      ...about,
      at: changed ?? made ?? about.at,
      type: "check.completed",
      sha,
      branch: null,
      name: context,
      kind: "check",
      conclusion,
      url: pageOf(url, about),
    },
  ];
}

function readGiteaRun(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const { action, workflow_run: run } = gitea.parse(body);
  const conclusion = checkState(run.conclusion ?? "");
  if (action !== "completed" || conclusion === "pending") return [];
  return [
    {
      ...about,
      at: run.completed_at ?? about.at,
      type: "check.completed",
      sha: run.head_sha,
      branch: run.head_branch || null,
      name: run.name || workflowFile(run.path) || run.display_title || "workflow",
      kind: "workflow",
      conclusion,
      url: pageOf(run.html_url, about),
    },
  ];
}

function readForgejoRun(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const { run } = forgejo.parse(body);
  const conclusion = checkState(run.status);
  if (conclusion === "pending") return [];
  const branch = run.prettyref?.startsWith("#") ? null : (run.prettyref ?? null);
  return [
    {
      ...about,
      at: run.stopped ?? run.updated ?? about.at,
      type: "check.completed",
      sha: run.commit_sha,
      branch,
      name: run.workflow_id || run.title || "workflow",
      kind: "workflow",
      conclusion,
      url: pageOf(run.html_url, about),
    },
  ];
}

/** Returns the path of a workflow file. Gitea reports it as "build.yml@refs/heads/main". */
const workflowFile = (path: string | null | undefined) => path?.split("@")[0] || null;

const pageOf = (url: string | null | undefined, { repository }: WebhookEnvelope) =>
  url ? (URL.parse(url, repository.url)?.href ?? null) : null;
