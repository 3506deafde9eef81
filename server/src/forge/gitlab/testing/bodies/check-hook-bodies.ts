import type { FakePipeline, FakeProject, FakeStatus, FakeUser } from "../fake-records.ts";
import type { FakeGitlab } from "../fake-state.ts";
import { fullPath, webUrlOf } from "./api-bodies.ts";
import { at, commit, repository, user, withId } from "./hook-bodies.ts";

export function pipelineHook(fake: FakeGitlab, project: FakeProject, by: FakeUser, pipeline: FakePipeline) {
  return {
    object_kind: "pipeline",
    object_attributes: {
      id: pipeline.id,
      iid: pipeline.id,
      ref: pipeline.ref,
      tag: false,
      sha: pipeline.sha,
      before_sha: "0".repeat(40),
      source: "push",
      status: pipeline.status,
      detailed_status: pipeline.status === "success" ? "passed" : pipeline.status,
      stages: ["test"],
      created_at: at(pipeline.createdAt),
      finished_at: pipeline.status === "running" ? null : at(pipeline.updatedAt),
      duration: 1,
      variables: [],
    },
    user: user(by),
    project: withId(fake, project),
    commit: commit(fake, project, pipeline.sha),
    builds: [],
  };
}

export function jobHook(fake: FakeGitlab, project: FakeProject, by: FakeUser, job: FakeStatus) {
  const isOver = !["pending", "running"].includes(job.status);
  return {
    object_kind: "build",
    ref: job.ref,
    tag: false,
    before_sha: "0".repeat(40),
    sha: job.sha,
    build_id: job.id,
    build_name: job.name,
    build_stage: "test",
    build_status: job.status,
    build_created_at: at(job.createdAt),
    build_started_at: at(job.createdAt),
    build_finished_at: isOver ? at(job.createdAt) : null,
    build_duration: isOver ? 1 : null,
    build_allow_failure: false,
    build_failure_reason: "script_failure",
    pipeline_id: job.pipelineId,
    project_id: project.id,
    project_name: `${project.namespace} / ${project.path}`,
    user: user(by),
    commit: { id: job.pipelineId, sha: job.sha, message: "Change it", status: job.status },
    repository: {
      ...repository(fake, project),
      git_http_url: `${webUrlOf(fake, project)}.git`,
      git_ssh_url: `git@127.0.0.1:${fullPath(project)}.git`,
      visibility_level: 0,
    },
  };
}
