import { createHash } from "node:crypto";
import { descriptionOf, keywordsOf, mainFile } from "../../../access/index.ts";
import { AppError, paths } from "../../../base/index.ts";
import type { ForgesPorts } from "../../ports.ts";
import type { Repository } from "../repository.ts";
import { repositoryFolders } from "./repository-folders.ts";

/** A skill in a repository, identified by its location. It can be changed only by commits. */
export interface RepositorySkill {
  /** ID that is stable while the skill keeps its location. */
  readonly id: string;
  /** Name of the skill's folder. */
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
}

export interface RepositorySkillFilter {
  readonly limit: number;
  /** ID of the last item on the previous page. */
  readonly cursor?: string | undefined;
  readonly names?: readonly string[] | undefined;
  /** IDs of the enabled repositories to include. Defaults to all. */
  readonly repositoryIds?: readonly string[] | undefined;
  /** Text to find in names and descriptions, ignoring case. */
  readonly search?: string | undefined;
}

const MAX_FILES = 200;
const MAX_BYTES = 64 * 1024;
const READ_AT_ONCE = 4;

/**
 * Lists the skills on the base branches of the organization's enabled repositories, sorted by name. Reads the mirrors
 * as of the last fetch. If a repository has several skills with the same name, lists the skill that sessions use.
 * Throws `invalid_input` if the cursor's skill no longer exists or does not match the filter.
 */
export async function listRepositorySkills(
  ports: Pick<ForgesPorts, "store" | "git" | "settings" | "harnesses">,
  organizationId: string,
  filter: RepositorySkillFilter,
  signal: AbortSignal,
): Promise<{ readonly items: readonly RepositorySkill[]; readonly nextCursor: string | null }> {
  const enabled = await ports.store.repositories.listEnabled(organizationId);
  const { repositoryIds } = filter;
  const wanted = enabled.filter(({ id }) => repositoryIds === undefined || repositoryIds.includes(id));
  const found: RepositorySkill[] = [];
  for (let at = 0; at < wanted.length; at += READ_AT_ONCE) {
    const some = wanted.slice(at, at + READ_AT_ONCE);
    found.push(...(await Promise.all(some.map((one) => skillsIn(ports, one, signal)))).flat());
  }
  return pageOf(found.filter((skill) => fits(skill, filter)).sort(byName), filter);
}

async function skillsIn(
  ports: Pick<ForgesPorts, "git" | "settings" | "harnesses">,
  repository: Repository,
  signal: AbortSignal,
): Promise<RepositorySkill[]> {
  const { git, settings } = ports;
  const files = await git.readBelow(
    {
      mirrorPath: paths.mirror(settings.dataDir, repository.id),
      branch: repository.settings.baseBranch ?? repository.defaultBranch,
      folders: repositoryFolders(ports),
      name: mainFile,
      maxFiles: MAX_FILES,
      maxBytes: MAX_BYTES,
    },
    signal,
  );
  const skills = new Map<string, RepositorySkill>();
  for (const { path, text } of files) {
    const name = path.split("/").at(-2)!;
    if (skills.has(name)) continue;
    const id = idOf(repository.id, path);
    skills.set(name, { id, name, description: descriptionOf(text), keywords: keywordsOf(text) });
  }
  return [...skills.values()];
}

/** Derives a UUIDv8 (RFC 9562 section 5.8) from the location. */
function idOf(repositoryId: string, path: string): string {
  const bytes = createHash("sha256").update(`${repositoryId}:${path}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function fits({ name, description }: RepositorySkill, { names, search }: RepositorySkillFilter): boolean {
  if (names !== undefined && !names.includes(name)) return false;
  return search === undefined || `${name}\n${description}`.toLowerCase().includes(search.toLowerCase());
}

function byName(one: RepositorySkill, other: RepositorySkill): number {
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

function pageOf(all: readonly RepositorySkill[], { cursor, limit }: RepositorySkillFilter) {
  const seen = cursor === undefined ? -1 : all.findIndex(({ id }) => id === cursor);
  if (cursor !== undefined && seen < 0)
    throw new AppError(
      "invalid_input",
      'The skill that "cursor" refers to no longer exists. Omit "cursor" to list from the beginning.',
      {
        field: "cursor",
      },
    );
  const items = all.slice(seen + 1, seen + 1 + limit);
  const isLast = seen + 1 + limit >= all.length;
  return { items, nextCursor: isLast ? null : items.at(-1)!.id };
}
