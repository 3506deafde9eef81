import { z } from "zod";
import type { LocalCheck } from "../../../../core/forges/index.ts";
import type { LocalContext, Place } from "../../context.ts";
import { readCommit } from "../../git/commits.ts";
import { commitSha } from "../../git/plumbing.ts";
import { addCheck, changeCheck, getCheck } from "../../operations/checks.ts";
import {
  appShape,
  checkRunShape,
  conclusions,
  isConclusion,
  statusShape,
  suiteNumber,
} from "../../shapes/check.ts";
import { repositoryApi, repositoryShape } from "../../shapes/repository.ts";
import type { LogStorage } from "../log-storage.ts";
import { ApiRefusal, invalid } from "../refusal.ts";
import {
  type ApiRequest,
  bodyOf,
  created,
  inRepo,
  numberIn,
  ok,
  paged,
  type Route,
  sliced,
} from "../route.ts";

const newStatus = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  context: z.string().min(1).default("default"),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});
const time = z.iso.datetime({ offset: true });
const runFields = z.object({
  name: z.string().min(1),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z.string().optional(),
  details_url: z.string().optional(),
  started_at: time.optional(),
  completed_at: time.optional(),
  output: z
    .object({ title: z.string().optional(), summary: z.string().optional(), text: z.string().optional() })
    .optional(),
});
const newRun = runFields.extend({ head_sha: z.string() });
const runChange = runFields.partial();

/** Serves checks. The text in a check run's output is the log of its job. */
export const checkRoutes = (storage: LogStorage): readonly Route[] => [
  inRepo("POST /statuses/:sha", async (request, place) => {
    const input = bodyOf(request, newStatus, "Status");
    const check = await addCheck(request.context, place, request.params.sha!, {
      kind: "status",
      name: input.context,
      state: input.state,
      url: input.target_url ?? null,
      summary: input.description ?? null,
      log: null,
      startedAt: null,
      completedAt: input.state === "pending" ? null : request.context.clock.now(),
    });
    return created(statusShape(request.context, place.repository, check));
  }),
  inRepo("GET /commits/*ref/statuses", async (request, place) => {
    const sha = await knownCommit(request, place);
    const { context } = request;
    return paged(request, async (page) =>
      (await context.records.checks.list(place.repository.id, sha, { ...page, kind: "status" })).map(
        (check) => statusShape(context, place.repository, check),
      ),
    );
  }),
  inRepo("GET /commits/*ref/status", async (request, place) => {
    const { context } = request;
    const { repository } = place;
    const sha = await knownCommit(request, place);
    const statuses = (await context.records.checks.latest(repository.id, sha)).filter(
      ({ kind }) => kind === "status",
    );
    const url = `${repositoryApi(context, repository)}/commits/${sha}`;
    return paged(request, sliced(statuses), (items) => ({
      state: combined(statuses),
      statuses: items.map((check) => statusShape(context, repository, check)),
      sha,
      total_count: statuses.length,
      repository: repositoryShape(context, repository),
      commit_url: url,
      url: `${url}/status`,
    }));
  }),
  inRepo("POST /check-runs", async (request, place) => {
    const { head_sha: sha, ...input } = bodyOf(request, newRun, "CheckRun");
    const { state, completedAt } = readRunState(request.context, input);
    const check = await addCheck(request.context, place, sha, {
      kind: "job",
      name: input.name,
      state,
      completedAt,
      url: input.details_url ?? null,
      summary: input.output?.summary ?? input.output?.title ?? null,
      log: input.output?.text ?? null,
      startedAt: input.started_at === undefined ? request.context.clock.now() : new Date(input.started_at),
    });
    return created(runShape(request.context, place, check));
  }),
  inRepo("PATCH /check-runs/:id", async (request, place) => {
    const input = bodyOf(request, runChange, "CheckRun");
    const isEnding = input.status !== undefined || input.conclusion !== undefined;
    const check = await changeCheck(request.context, place, numberIn(request, "id"), {
      ...(input.name !== undefined && { name: input.name }),
      ...(isEnding && readRunState(request.context, input)),
      ...(input.details_url !== undefined && { url: input.details_url }),
      ...(input.started_at !== undefined && { startedAt: new Date(input.started_at) }),
      ...(input.output?.summary !== undefined && { summary: input.output.summary }),
      ...(input.output?.text !== undefined && { log: input.output.text }),
    });
    return ok(runShape(request.context, place, check));
  }),
  inRepo("GET /check-runs/:id", async (request, place) =>
    ok(runShape(request.context, place, await getCheck(request.context, place, numberIn(request, "id")))),
  ),
  inRepo("GET /commits/*ref/check-runs", async (request, place) => {
    const { context, query } = request;
    const jobs = (
      await context.records.checks.latest(place.repository.id, await knownCommit(request, place))
    ).filter(({ kind, name }) => kind === "job" && (query.get("check_name") ?? name) === name);
    return paged(request, sliced(jobs), (items) => ({
      total_count: jobs.length,
      check_runs: items.map((check) => checkRunShape(context, place.repository, check)),
    }));
  }),
  inRepo("GET /commits/*ref/check-suites", async (request, place) => {
    const sha = await knownCommit(request, place);
    const jobs = (await request.context.records.checks.latest(place.repository.id, sha)).filter(
      ({ kind }) => kind === "job",
    );
    const suites = jobs.length === 0 ? [] : [await suiteShape(request, place, sha, jobs)];
    return paged(request, sliced(suites), (items) => ({ total_count: suites.length, check_suites: items }));
  }),
  // On this forge, jobs are independent check runs, so there are no workflow runs.
  inRepo("GET /actions/runs", async () => ok({ total_count: 0, workflow_runs: [] })),
  inRepo("GET /actions/jobs/:id/logs", async (request, place) => {
    const { log } = await getCheck(request.context, place, numberIn(request, "id"));
    if (log === null) throw new ApiRefusal(404, "Not Found");
    return {
      status: 302,
      headers: { location: storage.signedUrl(place.repository, numberIn(request, "id")) },
    };
  }),
];

async function knownCommit({ params }: ApiRequest, { gitDir }: Place): Promise<string> {
  const sha = await commitSha(gitDir, params.ref!);
  if (sha === null) throw new ApiRefusal(422, `No commit found for SHA: ${params.ref}`);
  return sha;
}

function readRunState(context: LocalContext, input: z.infer<typeof runChange>) {
  const { status, conclusion, completed_at: at } = input;
  if (status === "completed" || conclusion !== undefined) {
    if (!isConclusion(conclusion))
      throw invalid(
        "CheckRun",
        `The conclusion of a completed check run must be one of: ${conclusions.join(", ")}.`,
      );
    return { state: conclusion, completedAt: at === undefined ? context.clock.now() : new Date(at) };
  }
  return { state: status ?? "queued", completedAt: null };
}

const combined = (statuses: readonly LocalCheck[]) =>
  statuses.some(({ state }) => state === "failure" || state === "error")
    ? "failure"
    : statuses.length === 0 || statuses.some(({ state }) => state === "pending")
      ? "pending"
      : "success";

function runShape(context: LocalContext, { repository }: Place, check: LocalCheck) {
  const shape = checkRunShape(context, repository, check);
  return { ...shape, output: { ...shape.output, text: check.log } };
}

async function suiteShape(
  { context }: ApiRequest,
  { gitDir, repository }: Place,
  sha: string,
  jobs: readonly LocalCheck[],
) {
  const commit = await readCommit(gitDir, sha);
  const isDone = jobs.every(({ completedAt }) => completedAt !== null);
  const hasFailed = jobs.some(({ state }) => !["success", "neutral", "skipped"].includes(state));
  const url = `${repositoryApi(context, repository)}/check-suites/${suiteNumber(sha)}`;
  const person = ({ name, email }: { name: string; email: string }) => ({ name, email });
  return {
    id: suiteNumber(sha),
    node_id: `CS_${sha}`,
    head_branch: null,
    head_sha: sha,
    status: isDone ? ("completed" as const) : ("in_progress" as const),
    conclusion: !isDone ? null : hasFailed ? ("failure" as const) : ("success" as const),
    url,
    before: null,
    after: sha,
    pull_requests: [],
    app: appShape(context),
    repository: repositoryShape(context, repository),
    created_at: jobs[0]!.createdAt.toISOString(),
    updated_at: jobs[0]!.updatedAt.toISOString(),
    head_commit: {
      id: sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: person(commit.author),
      committer: person(commit.committer),
    },
    latest_check_runs_count: jobs.length,
    check_runs_url: `${url}/check-runs`,
  };
}
