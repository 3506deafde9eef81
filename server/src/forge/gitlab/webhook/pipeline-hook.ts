import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import { toState } from "../checks/checks.ts";
import { mergedHead } from "../checks/merged-head.ts";
import { idSchema, optionalText, projectSchema, repositoryOf, text, time, userSchema } from "./payload.ts";

const schema = z.object({
  user: userSchema.nullish(),
  project: projectSchema,
  object_attributes: z.object({
    id: idSchema,
    name: optionalText,
    ref: text,
    tag: z.boolean().nullish(),
    sha: text,
    source: optionalText,
    status: text,
    url: optionalText,
    created_at: time,
    finished_at: time.nullish().catch(null),
  }),
  commit: z.object({ message: optionalText }).nullish(),
});

/** Returns an event for a completed pipeline, or an empty list. Source: "Webhook events: Pipeline events". */
export function readPipelineHook(body: unknown): readonly ForgeEvent[] {
  const { user, project, object_attributes: pipeline, commit } = schema.parse(body);
  const conclusion = toState(pipeline.status);
  if (conclusion === "pending" || pipeline.status === "manual") return [];
  const isOfMergeRequest = pipeline.source === "merge_request_event";
  const head = isOfMergeRequest ? mergedHead(commit?.message ?? "") : null;
  return [
    {
      type: "check.completed",
      repository: repositoryOf(project),
      actor: user ? toUser(user) : null,
      at: pipeline.finished_at ?? pipeline.created_at,
      sha: head ?? pipeline.sha,
      branch: pipeline.tag === true || pipeline.ref.startsWith("refs/") ? null : pipeline.ref,
      name: pipeline.name ?? "pipeline",
      kind: "pipeline",
      conclusion,
      url: pipeline.url ?? `${project.url}/-/pipelines/${pipeline.id}`,
    },
  ];
}
