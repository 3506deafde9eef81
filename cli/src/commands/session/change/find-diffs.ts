import type { Session, SessionDiff, Tembo } from "@tembo-io/sdk";
import { MissingError } from "../../../failure.ts";
import { allPages } from "../../../pages.ts";

/** A session's change in one repository. */
export interface RepositoryDiff {
  /** The repository's name in the session, such as `acme/web`. */
  readonly repository: string;
  readonly diff: SessionDiff;
  readonly patch: string;
  /** True if applying the patch reproduces the branch. */
  readonly isComplete: boolean;
}

/**
 * Returns a session's changes with their patches, in one repository or in all. Throws `CommandError` if the session
 * does not use the repository `named`.
 */
export async function findDiffs(
  client: Tembo,
  session: Session,
  named: string | undefined,
): Promise<RepositoryDiff[]> {
  const { repositories } = session.sessionSource;
  const nameOf = (id: string | null) => repositories.find((one) => one.id === id)?.name;
  if (named !== undefined && !repositories.some(({ name }) => isNamed(name, named)))
    throw new MissingError(
      `The session has no repository ${JSON.stringify(named)}.`,
      `use one of: ${repositories.map(({ name }) => name).join(", ") || "none"}.`,
    );
  const changed = await allPages((cursor) =>
    client.session.diffs.list(session.id, { cursor, limit: 100, hasChanges: true }),
  );
  const found: RepositoryDiff[] = [];
  for (const diff of changed) {
    const repository = nameOf(diff.codeRepositoryId) ?? diff.root;
    if (named !== undefined && !isNamed(repository, named)) continue;
    const { patch, isComplete } = await client.session.diffs.patch(session.id, diff.id);
    found.push({ repository, diff, patch, isComplete });
  }
  return found;
}

/** Returns true if `named` is the repository's `owner/name` or its name alone. */
function isNamed(repository: string, named: string): boolean {
  return repository === named || repository.endsWith(`/${named}`);
}
