import type { Project, ProjectSnapshot, Tembo } from "@tembo-io/sdk";
import { MissingError, UsageError } from "../../failure.ts";
import { isUuid } from "../../options.ts";
import { allPages } from "../../pages.ts";

export const which = "project name or ID";

/** Returns the project with this ID or name (case-insensitive). Throws `CommandError` if there is none. */
export async function getProject(client: Tembo, named: string): Promise<Project> {
  if (isUuid(named)) return client.projects.retrieve(named);
  const found = named === "" ? undefined : await findByName(client, named);
  if (found !== undefined) return found;
  throw new MissingError(
    `Project ${JSON.stringify(named)} was not found.`,
    '"tembo project list" lists projects.',
  );
}

/** Returns the ID of the project, like `getProject`. Returns a UUID unchanged, without a request. */
export async function getProjectId(client: Tembo, named: string): Promise<string> {
  return isUuid(named) ? named : (await getProject(client, named)).id;
}

async function findByName(client: Tembo, named: string): Promise<Project | undefined> {
  const wanted = named.toLowerCase();
  const items = await allPages((cursor) => client.projects.list({ search: named, cursor, limit: 100 }));
  return items.find(({ name }) => name.toLowerCase() === wanted);
}

/**
 * Returns the ID of the project's environment with this name. Returns a UUID unchanged, without a request. Throws
 * `CommandError` if no environment or several environments have the name.
 */
export async function getSnapshotId(client: Tembo, projectId: string, named: string): Promise<string> {
  if (isUuid(named)) return named;
  const items: ProjectSnapshot[] = await allPages((cursor) =>
    client.projects.snapshots.list(projectId, { cursor, limit: 100 }),
  );
  const found = items.filter(({ name }) => name === named);
  if (found.length === 1) return found[0]!.id;
  if (found.length > 1)
    throw new UsageError(
      `${found.length} environments are named ${JSON.stringify(named)}.`,
      `use one of these IDs: ${found.map(({ id }) => id).join(", ")}.`,
    );
  throw new MissingError(
    `Environment ${JSON.stringify(named)} was not found.`,
    '"tembo project snapshots PROJECT" lists environments.',
  );
}
