import { jobHook, pipelineHook } from "../bodies/check-hook-bodies.ts";
import type { FakePipeline, FakeProject, FakeStatus, FakeUser } from "../fake-records.ts";
import type { FakeGitlab } from "../fake-state.ts";
import { sendHook } from "./hooks.ts";

/** Adds a job with a log, or the status of an external program. Updates the commit's pipeline and sends the webhooks. */
export async function setStatus(
  fake: FakeGitlab,
  project: FakeProject,
  by: FakeUser,
  input: {
    readonly sha: string;
    readonly name: string;
    readonly status: string;
    readonly log?: string | undefined;
    readonly description?: string | null;
  },
): Promise<FakeStatus> {
  const pipeline = await pipelineOf(fake, project, input.sha);
  const status: FakeStatus = {
    id: fake.nextId(),
    kind: input.log === undefined ? "external" : "build",
    name: input.name,
    sha: input.sha,
    ref: pipeline.ref,
    pipelineId: pipeline.id,
    log: input.log ?? "",
    status: input.status,
    description: input.description ?? null,
    createdAt: new Date(),
  };
  project.statuses.push(status);
  if (status.kind === "build") {
    const hook = { eventName: "Job Hook", switchName: "job_events" };
    sendHook(fake, project, hook, jobHook(fake, project, by, status));
  }
  const before = pipeline.status;
  pipeline.status = pipelineStatus(latest(project, input.sha));
  pipeline.updatedAt = new Date();
  if (pipeline.status !== before) {
    const hook = { eventName: "Pipeline Hook", switchName: "pipeline_events" };
    sendHook(fake, project, hook, pipelineHook(fake, project, by, pipeline));
  }
  return status;
}

/** Returns the latest status for each name, in the API's order. */
export function latest(project: FakeProject, sha: string): readonly FakeStatus[] {
  const statuses = project.statuses.filter((one) => one.sha === sha);
  return [...new Map(statuses.map((one) => [one.name, one])).values()];
}

async function pipelineOf(fake: FakeGitlab, project: FakeProject, sha: string): Promise<FakePipeline> {
  const known = project.pipelines.find((one) => one.sha === sha);
  if (known !== undefined) return known;
  const branches = await fake.git.branches(project.git.owner, project.git.name);
  const ref = [...branches].find(([, head]) => head === sha)?.[0] ?? project.defaultBranch;
  const made = {
    id: fake.nextId(),
    sha,
    ref,
    status: "created",
    createdAt: new Date(),
    updatedAt: new Date(),
  };
  project.pipelines.push(made);
  return made;
}

function pipelineStatus(statuses: readonly FakeStatus[]): string {
  const all = statuses.map(({ status }) => status);
  if (all.some((status) => status === "pending" || status === "running")) return "running";
  return all.includes("failed") ? "failed" : "success";
}
