import type { GitRemote, RepositoryRef } from "../../../core/forges/index.ts";
import { cloneRemote } from "../../clone-remote.ts";
import type { GithubClient } from "../api/client.ts";
import { readAnswer } from "../read/read.ts";
import { repository as repositoryReader } from "../read/repository.ts";
import { named } from "./named.ts";

/** Minimum remaining lifetime of a token. A fetch or push authenticates within this time. */
const tokenForMs = 10 * 60_000;

/**
 * Returns a function that returns a repository's git remote. The function reads the clone URL from the API once per repository and
 * connection, because servers below a path prefix have unusual URLs.
 */
export function githubRemote(
  client: GithubClient,
  webUrl: string,
): (ref: RepositoryRef) => Promise<GitRemote> {
  const known = new Map<string, string>();

  async function cloneUrl(ref: RepositoryRef): Promise<string> {
    const { data } = await client.askIn(ref, `find ${named(ref)}`, (request, path) =>
      request("GET /repos/{owner}/{repo}", { ...path }),
    );
    const { cloneUrl, repository } = readAnswer(repositoryReader, data);
    return cloneUrl ?? `${webUrl}/${named(repository)}.git`;
  }

  return async (ref) => {
    const key = ref.externalId ?? named(ref);
    const url = known.get(key) ?? (await cloneUrl(ref));
    known.set(key, url);
    return cloneRemote(url, webUrl, async () => ({
      username: client.credential.gitUsername,
      password: await client.credential.token(tokenForMs),
    }));
  };
}
