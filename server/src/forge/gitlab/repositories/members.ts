import { z } from "zod";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { orNull } from "../client/gitlab-refusal.ts";
import { apiPath } from "../client/gitlab-request.ts";

const memberSchema = z.object({ state: z.string().nullish(), access_level: z.number() });
const ownIdSchema = z.object({ id: z.number().int() });

/** Returns the user's role in the project, including inherited roles. Returns 0 if the user has no role or is blocked. */
export async function memberLevel(
  client: GitlabClient,
  project: string | number,
  userId: string | number,
): Promise<number> {
  const path = apiPath`projects/${project}/members/all/${userId}`;
  const member = await orNull(client.read(memberSchema, { path }));
  return member === null || member.state !== "active" ? 0 : member.access_level;
}

/**
 * Returns the role of the token's owner. It is needed for a project that is shared with a group, because the project itself does not report
 * the role.
 */
export async function ownLevel(client: GitlabClient, project: string | number): Promise<number> {
  const { id } = await client.read(ownIdSchema, { path: "user" });
  return memberLevel(client, project, id);
}
