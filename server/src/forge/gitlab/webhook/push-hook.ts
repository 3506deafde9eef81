import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import { idSchema, optionalText, projectSchema, repositoryOf, text, zeros } from "./payload.ts";

const schema = z.object({
  before: text,
  after: text,
  ref: text,
  user_id: idSchema,
  user_username: text,
  user_name: optionalText,
  user_email: optionalText,
  user_avatar: optionalText,
  project: projectSchema,
});

/**
 * Parses a push event. A new branch yields two events: created and pushed. GitLab reports neither the time of a push nor forced pushes.
 * Source: "Webhook events: Push events".
 */
export function readPushHook(body: unknown): readonly ForgeEvent[] {
  const push = schema.parse(body);
  const about = eventSource(push);
  const branch = withoutPrefix(push.ref, "refs/heads/");
  if (branch === null) return [];
  if (zeros.test(push.after)) return [{ ...about, type: "ref.deleted", refType: "branch", ref: branch }];
  const pushed: ForgeEvent = { ...about, type: "branch.pushed", branch, sha: push.after, isForced: false };
  if (!zeros.test(push.before)) return [pushed];
  return [{ ...about, type: "ref.created", refType: "branch", ref: branch }, pushed];
}

/** Parses a tag push event. A moved tag yields no event. Source: "Webhook events: Tag events". */
export function readTagPushHook(body: unknown): readonly ForgeEvent[] {
  const push = schema.parse(body);
  const about = eventSource(push);
  const tag = withoutPrefix(push.ref, "refs/tags/");
  if (tag === null) return [];
  if (zeros.test(push.after)) return [{ ...about, type: "ref.deleted", refType: "tag", ref: tag }];
  return zeros.test(push.before) ? [{ ...about, type: "ref.created", refType: "tag", ref: tag }] : [];
}

function eventSource(push: z.infer<typeof schema>) {
  return {
    repository: repositoryOf(push.project),
    actor: toUser({
      id: push.user_id,
      username: push.user_username,
      name: push.user_name ?? null,
      email: push.user_email ?? null,
      avatar_url: push.user_avatar ?? null,
    }),
    at: new Date(),
  };
}

const withoutPrefix = (ref: string, prefix: string) =>
  ref.startsWith(prefix) && ref.length > prefix.length ? ref.slice(prefix.length) : null;
