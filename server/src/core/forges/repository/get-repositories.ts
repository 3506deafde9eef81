import { AppError } from "../../base/index.ts";
import type { ForgesPorts, ForgesQueries } from "../ports.ts";
import type { Repository } from "./repository.ts";
import { parseRepositoryReference } from "./repository-reference.ts";

/**
 * Returns the repositories with the given URLs or full names (`owner/name`), and then those with the given IDs, each
 * once. Throws `invalid_input` for the first text that is malformed or ambiguous, or for the first repository that is
 * unknown or disabled.
 */
export async function getRepositories(
  ports: Pick<ForgesPorts, "store" | "settings">,
  organizationId: string,
  wanted: { readonly urls: readonly string[]; readonly ids: readonly string[] },
): Promise<Repository[]> {
  const found = new Map<string, Repository>();
  for (const url of wanted.urls) {
    const repository = await findByUrl(
      ports.store.repositories,
      ports.settings.publicUrl,
      organizationId,
      url,
    );
    if (repository === null) throw unknown(`The repository ${JSON.stringify(url)}`);
    found.set(repository.id, requireEnabled(repository));
  }
  const byId =
    wanted.ids.length === 0 ? [] : await ports.store.repositories.findMany(organizationId, wanted.ids);
  for (const id of wanted.ids) {
    const repository = byId.find((candidate) => candidate.id === id.toLowerCase());
    if (repository === undefined) throw unknown(`The repository with the ID ${id}`);
    found.set(repository.id, requireEnabled(repository));
  }
  return [...found.values()];
}

async function findByUrl(
  repositories: ForgesQueries["repositories"],
  publicUrl: string,
  organizationId: string,
  url: string,
): Promise<Repository | null> {
  const reference = parseRepositoryReference(publicUrl, url);
  switch (reference?.kind) {
    case "fullName":
      return findByFullName(repositories, organizationId, reference.fullName);
    case "local":
      return repositories.findByPath(organizationId, "local", reference.owner, reference.name);
    case "connected":
      return repositories.findByConnectedUrl(organizationId, reference.urlKey);
    case undefined:
      throw new AppError(
        "invalid_input",
        `${JSON.stringify(url)} is not a repository. Use a URL such as https://host/owner/name, or a name such as owner/name.`,
      );
  }
}

/**
 * Finds a repository by its full name. Prefers an enabled repository. Throws `invalid_input` if the name is ambiguous.
 */
async function findByFullName(
  repositories: ForgesQueries["repositories"],
  organizationId: string,
  fullName: string,
): Promise<Repository | null> {
  const found = await repositories.findByFullName(organizationId, fullName);
  const enabled = found.filter(({ enabledAt }) => enabledAt !== null);
  const [first = null, ...others] = enabled.length > 0 ? enabled : found;
  if (others.length === 0) return first;
  throw new AppError(
    "invalid_input",
    `${others.length + 1} repositories are named ${JSON.stringify(fullName)}. Use the repository URL instead.`,
  );
}

function requireEnabled(repository: Repository): Repository {
  if (repository.enabledAt !== null) return repository;
  const name = `${repository.owner}/${repository.name}`;
  const isDetached = repository.forge !== "local" && repository.integrationId === null;
  throw new AppError(
    "invalid_input",
    isDetached
      ? `The repository ${name} is no longer connected, because its integration was deleted. Add it again with "tembo integration add".`
      : `The repository ${name} is connected, but not enabled. Enable it with "tembo repo enable ${name}".`,
  );
}

function unknown(what: string): AppError {
  return new AppError(
    "invalid_input",
    `${what} is not connected. List the connected repositories with "tembo repo list".`,
  );
}
