import { z } from "zod";
import type { EventRepository, ForgeEvent } from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import { toState } from "../checks/checks.ts";
import { mergedHead } from "../checks/merged-head.ts";
import { splitPath } from "../repositories/project.ts";
import { idSchema, optionalText, projectSchema, repositoryOf, text, time, userSchema } from "./payload.ts";

const schema = z.object({
  ref: text,
  tag: z.boolean().nullish(),
  sha: text,
  build_id: idSchema,
  build_name: text,
  build_status: text,
  build_allow_failure: z.boolean().nullish(),
  build_created_at: time.nullish().catch(null),
  build_finished_at: time.nullish().catch(null),
  project_id: idSchema,
  /** GitLab sends this field since about version 15. */
  project: projectSchema.nullish().catch(null),
  repository: z.object({ homepage: text }),
  commit: z.object({ message: optionalText }).nullish(),
  user: userSchema.nullish(),
});

/** Returns an event for a completed job, or an empty list. An allowed failure counts as skipped. Source: "Webhook events: Job events". */
export function readJobHook(body: unknown): readonly ForgeEvent[] {
  const job = schema.parse(body);
  const state = toState(job.build_status);
  if (state === "pending" || job.build_status === "manual") return [];
  const repository = job.project
    ? repositoryOf(job.project)
    : byHomepage(job.project_id, job.repository.homepage);
  return [
    {
      type: "check.completed",
      repository,
      actor: job.user ? toUser(job.user) : null,
      at: job.build_finished_at ?? job.build_created_at ?? new Date(),
      sha: mergedHead(job.commit?.message ?? "") ?? job.sha,
      // A merge request's ref is not a branch.
      branch: job.tag === true || job.ref.startsWith("refs/") ? null : job.ref,
      name: job.build_name,
      kind: "check",
      conclusion: state === "failed" && job.build_allow_failure === true ? "skipped" : state,
      url: `${repository.url}/-/jobs/${job.build_id}`,
    },
  ];
}

/**
 * Derives a repository from its homepage. If GitLab runs below a path on its host, that path looks like a group. This has no effect,
 * because only the ID identifies the repository.
 */
function byHomepage(id: number, homepage: string): EventRepository {
  const path = URL.canParse(homepage) ? new URL(homepage).pathname.slice(1) : homepage;
  return { externalId: String(id), ...splitPath(path), url: homepage };
}
