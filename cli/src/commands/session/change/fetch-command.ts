import type { Session, Tembo } from "@tembo-io/sdk";
import { shellWord } from "../../../shell-word.ts";
import type { RepositoryDiff } from "./find-diffs.ts";

/**
 * Returns a hint with commands that fetch and merge the complete change into a clone of the repository, regardless of the clone's
 * remote names. Unknown branches and URLs are placeholders.
 */
export async function fetchCommand(
  client: Tembo,
  { diff }: RepositoryDiff,
  { branchName }: Session,
): Promise<string> {
  const branch = diff.branch ?? branchName ?? "BRANCH";
  const id = diff.codeRepositoryId;
  const found = id === null ? [] : (await client.repositories.list({ ids: [id], enabled: "all" })).items;
  const [repository] = found;
  const url = repository?.url ?? "URL";
  const commands = `git fetch ${shellWord(url)} ${shellWord(branch)} && git merge FETCH_HEAD`;
  const isOnServer = repository?.provider.type === "local";
  return isOnServer ? `run "${commands}" with any username, and your API key as the password.` : commands;
}
