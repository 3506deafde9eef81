import { z } from "zod";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { GitlabRefusal } from "../client/gitlab-refusal.ts";
import { memberLevel } from "../repositories/members.ts";
import { accessLevel, accessOf, apiProjectSchema, type GitlabProject } from "../repositories/project.ts";
import { apiUserSchema, type GitlabUser } from "./user.ts";

/** Maximum number of projects that the test checks. */
const maxProjects = 100;
const maxNames = 5;
/** Maximum number of projects for which the role is requested separately. */
const maxRequests = 10;

/** Tests that the token's scope, and its roles in the projects, are sufficient for Tembo. */
export async function testAccess(
  client: GitlabClient,
): Promise<{ readonly isHealthy: boolean; readonly message: string }> {
  const user = await client.read(apiUserSchema, { path: "user" });
  const scopes = await scopesOf(client);
  if (scopes !== null && !scopes.includes("api")) {
    return unhealthy(
      `The token of "${user.username}" lacks the scope "api" (it has: ${scopes.join(", ") || "none"}). Create one with this scope.`,
    );
  }
  const projects = await client.read(z.array(apiProjectSchema), {
    path: "projects",
    query: { membership: true, pagination: "offset", per_page: maxProjects, page: 1, archived: false },
  });
  const levels = await levelsOf(client, user, projects);
  const reached = levels.filter(({ level }) => level >= accessLevel.developer);
  const managed = levels.filter(({ level }) => level >= accessLevel.maintainer);
  if (projects.length === 0) {
    return unhealthy(
      `"${user.username}" is not a member of any project. Add it to the group or project as Maintainer.`,
    );
  }
  if (reached.length === 0) {
    return unhealthy(
      `"${user.username}" cannot push to any project. Its role must be Developer or higher, and Maintainer for webhooks, on ${names(levels)}.`,
    );
  }
  if (managed.length === 0) {
    return unhealthy(
      `"${user.username}" cannot add webhooks. Its role must be Maintainer on ${names(levels)}. Otherwise only polling works.`,
    );
  }
  return { isHealthy: true, message: advice(user, levels) };
}

/**
 * Returns the role in each project. For a project that is shared with a group, the role requires a separate request. At most `maxRequests`
 * such requests are sent, and the remaining projects are not tested.
 */
async function levelsOf(client: GitlabClient, user: GitlabUser, projects: readonly GitlabProject[]) {
  const levels: { path: string; level: number }[] = [];
  let asked = 0;
  for (const project of projects) {
    let level = accessOf(project);
    if (level === null && asked++ < maxRequests) level = await memberLevel(client, project.id, user.id);
    if (level !== null) levels.push({ path: project.path_with_namespace, level });
  }
  return levels;
}

function advice(user: GitlabUser, levels: readonly { path: string; level: number }[]): string {
  const readOnly = levels.filter(({ level }) => level < accessLevel.developer);
  const unhooked = levels.filter(
    ({ level }) => level >= accessLevel.developer && level < accessLevel.maintainer,
  );
  const sentences = [`The integration acts as "${user.username}" and has all permissions that it needs.`];
  if (readOnly.length > 0)
    sentences.push(`It cannot push to ${names(readOnly)}, which requires the role Developer.`);
  if (unhooked.length > 0)
    sentences.push(`It cannot add webhooks to ${names(unhooked)}, which requires the role Maintainer.`);
  if (user.bot === false) {
    sentences.push(
      "This is a personal account. Use a group access token or a service account, which keep working when the person leaves.",
    );
  }
  return sentences.join(" ");
}

const names = (projects: readonly { path: string }[]) =>
  projects
    .slice(0, maxNames)
    .map(({ path }) => path)
    .join(", ") + (projects.length > maxNames ? ` and ${projects.length - maxNames} more` : "");

const unhealthy = (message: string) => ({ isHealthy: false, message });

const tokenSchema = z.object({ scopes: z.array(z.string()).nullish() });

/**
 * Returns the token's scopes, or null if GitLab does not report them. GitLab reports no scopes for OAuth tokens, which have the requested
 * scopes. Before version 15.5, it reports none for any token.
 */
async function scopesOf(client: GitlabClient): Promise<readonly string[] | null> {
  if (client.isOauth) return null;
  try {
    const { scopes } = await client.read(tokenSchema, { path: "personal_access_tokens/self" });
    return scopes ?? null;
  } catch (error) {
    // Without the scope "api" or "read_api", GitLab rejects even this request, with its own message. Status 404 means that GitLab is older
    // than version 15.5.
    if (error instanceof GitlabRefusal && error.status === 404) return null;
    throw error;
  }
}
