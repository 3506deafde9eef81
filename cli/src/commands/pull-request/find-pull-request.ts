import type { PullRequestListItem, Repository, Tembo } from "@tembo-io/sdk";
import { MissingError, UsageError } from "../../failure.ts";
import { isUuid } from "../../options.ts";
import { allPages, findItem } from "../../pages.ts";
import { findRepository } from "../repo/find-repository.ts";

export const which = "pull request ID, URL or owner/name#number";

/**
 * Returns the ID of the pull request with this URL or `owner/name#number`. Returns a UUID unchanged, without a request.
 * Throws `CommandError` if there is none.
 */
export async function getPullRequestId(client: Tembo, named: string): Promise<string> {
  if (isUuid(named)) return named;
  const [, fullName, number] = /^([^/#\s]+\/[^#\s]+)#([1-9][0-9]{0,9})$/.exec(named) ?? [];
  const isUrl = /^https?:\/\//i.test(named);
  if (fullName === undefined && !isUrl)
    throw new UsageError(
      `${JSON.stringify(named)} does not name a pull request.`,
      "use its ID, its URL or OWNER/NAME#NUMBER.",
    );
  const found =
    isUrl || fullName === undefined
      ? await findByUrl(client, named.replace(/\/+$/, ""))
      : await findByNumber(client, fullName, Number(number));
  if (found !== undefined) return found.id;
  throw new MissingError(
    `Pull request ${JSON.stringify(named)} was not found.`,
    '"tembo pr list" lists pull requests.',
  );
}

async function findByNumber(
  client: Tembo,
  fullName: string,
  number: number,
): Promise<PullRequestListItem | undefined> {
  const repository = await findRepository(client, fullName, { enabled: "all" });
  return repository === null ? undefined : findIn(client, repository, (one) => one.number === number);
}

async function findByUrl(client: Tembo, url: string): Promise<PullRequestListItem | undefined> {
  const repositories = await allPages((cursor) =>
    client.repositories.list({ enabled: "all", cursor, limit: 100 }),
  );
  const path = url.toLowerCase();
  // The URL may have another host name or prefix than the address for git, so only the names must match.
  const candidates = repositories.filter(({ owner, name }) =>
    path.includes(`/${owner}/${name}/`.toLowerCase()),
  );
  for (const repository of candidates) {
    const found = await findIn(client, repository, (one) => one.url.toLowerCase() === path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findIn(
  client: Tembo,
  { id }: Repository,
  isWanted: (one: PullRequestListItem) => boolean,
): Promise<PullRequestListItem | undefined> {
  return findItem(
    (cursor, limit) => client.pullRequests.list({ repositoryIds: [id], cursor, limit }),
    isWanted,
  );
}

/** Returns `owner/name#number`, or the ID if the repository or the number is unknown. */
export function pullRequestName({
  id,
  number,
  codeRepository,
}: Pick<PullRequestListItem, "id" | "number" | "codeRepository">): string {
  if (codeRepository === null || number === null) return id;
  const { owner, name } = codeRepository;
  return `${owner === null ? name : `${owner}/${name}`}#${number}`;
}
