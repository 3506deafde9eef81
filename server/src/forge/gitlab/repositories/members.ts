import { z } from "zod";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { orNull } from "../client/gitlab-refusal.ts";
import { apiPath } from "../client/gitlab-request.ts";

const memberSchema = z.object({ state: z.string().nullish(), access_level: z.number() });
const ownIdSchema = z.object({ id: z.number().int() });

/** The user's role in the project, inherited ones included; 0 of who has none or is blocked. */
export async function memberLevel(
  client: GitlabClient,
  project: string | number,
  userId: string | number,
): Promise<number> {
  const path = apiPath`projects/${project}/members/all/${userId}`;
  const member = await orNull(client.read(memberSchema, { path }));
  return member === null || member.state !== "active" ? 0 : member.access_level;
}

/** The role of whom the token belongs to: a project that is shared with a group does not tell it itself. */
export async function ownLevel(client: GitlabClient, project: string | number): Promise<number> {
  const { id } = await client.read(ownIdSchema, { path: "user" });
  return memberLevel(client, project, id);
}
