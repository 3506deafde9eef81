import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import type { WebhookEnvelope } from "./envelope.ts";

const pushed = z.object({
  ref: z.string().min(1),
  before: z.string(),
  after: z.string(),
  total_commits: z.number().int().nullish(),
});
const named = z.object({ ref: z.string().min(1), ref_type: z.enum(["branch", "tag"]) });
const isNone = (sha: string) => /^0+$/.test(sha);

/**
 * Parses a push, or the creation or deletion of a branch or tag. A push contains commits, and the other two events contain a ref type.
 * Returns no event for a push that creates, moves or deletes a tag or deletes a branch.
 */
export function readRefs(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const push = pushed.safeParse(body);
  if (!push.success) {
    const { ref, ref_type: refType } = named.parse(body);
    const isCreated = z.object({ sha: z.string() }).safeParse(body).success;
    return [{ ...about, type: isCreated ? "ref.created" : "ref.deleted", refType, ref }];
  }
  const { ref, before, after, total_commits: commits } = push.data;
  const [, branch] = /^refs\/heads\/(.+)$/s.exec(ref) ?? [];
  if (branch === undefined || isNone(after)) return [];
  // Gitea does not report forced pushes. A push without new commits to an existing branch must have removed commits.
  const isForced = commits === 0 && !isNone(before);
  return [{ ...about, type: "branch.pushed", branch, sha: after, isForced }];
}

const released = z.object({
  action: z.string(),
  release: z.object({
    tag_name: z.string(),
    name: z.string().nullish(),
    html_url: z.string().nullish(),
    draft: z.boolean().nullish(),
  }),
});

export function readRelease(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const { action, release } = released.parse(body);
  if (action !== "published" || release.draft === true) return [];
  const { tag_name: tag, name, html_url: url } = release;
  return [{ ...about, type: "release.published", tag, name: name || tag, url: url ?? about.repository.url }];
}

const changed = z.object({ action: z.string() });

export function readRepositoryChange(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const { action } = changed.parse(body);
  if (action === "deleted") return [{ ...about, type: "repository.deleted" }];
  // Gitea reports a new repository only to its owner's webhooks.
  return action === "created" ? [{ ...about, type: "repository.changed" }] : [];
}
