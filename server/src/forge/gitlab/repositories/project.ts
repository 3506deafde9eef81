import { z } from "zod";
import type { ForgeRepository } from "../../../core/forges/index.ts";

/** GitLab's numbers for the roles that Tembo checks. */
export const accessLevel = { developer: 30, maintainer: 40 } as const;

const access = z.object({ access_level: z.number() }).nullish();

/** Fields of a project in API responses that the adapter reads. */
export const apiProjectSchema = z.object({
  id: z.number().int(),
  path_with_namespace: z.string(),
  description: z.string().nullish(),
  web_url: z.string(),
  default_branch: z.string().nullish(),
  empty_repo: z.boolean().nullish(),
  archived: z.boolean().nullish(),
  permissions: z.object({ project_access: access, group_access: access }).nullish(),
});

export type GitlabProject = z.infer<typeof apiProjectSchema>;

export function toRepository(project: GitlabProject, level: number): ForgeRepository {
  const isArchived = project.archived ?? false;
  return {
    externalId: String(project.id),
    ...splitPath(project.path_with_namespace),
    url: project.web_url,
    description: project.description ?? null,
    defaultBranch: project.empty_repo === true ? null : (project.default_branch ?? null),
    isArchived,
    canPush: level >= accessLevel.developer && !isArchived,
  };
}

/** Splits "group/sub/app" into the owner "group/sub" and the name "app". */
export function splitPath(path: string): { readonly owner: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  return { owner: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}

/** Returns the role in the project, or null if the response does not contain it, for example because the project is shared with a group. */
export function accessOf({ permissions }: GitlabProject): number | null {
  const levels = [permissions?.project_access, permissions?.group_access].flatMap((access) =>
    access ? [access.access_level] : [],
  );
  return levels.length === 0 ? null : Math.max(...levels);
}
