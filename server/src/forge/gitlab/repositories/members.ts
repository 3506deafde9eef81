import type { GitlabClient } from "../client/gitlab-client.ts";
import { orNull } from "../client/gitlab-refusal.ts";

/** The user's role in the project, inherited ones included; 0 of who has none or is blocked. */
export async function memberLevel(
  client: GitlabClient,
  project: string | number,
  userId: string | number,
): Promise<number> {
  const member = await orNull(client.members.show(project, Number(userId), { includeInherited: true }));
  return member === null || member.state !== "active" ? 0 : Number(member.access_level);
}

/** The role of whom the token belongs to: a project that is shared with a group does not tell it itself. */
export async function ownLevel(client: GitlabClient, project: string | number): Promise<number> {
  const { id } = await client.users.showCurrentUser();
  return memberLevel(client, project, id);
}
