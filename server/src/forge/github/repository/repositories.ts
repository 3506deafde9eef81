import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeRepositories, ForgeRepository, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { pageSize } from "../api/latest-pages.ts";
import { absentAsNull } from "../api/refusal.ts";
import { readAnswer } from "../read/read.ts";
import { repository as repositoryReader } from "../read/repository.ts";
import { named } from "./named.ts";

type Listing = Pick<
  ForgeRepositories,
  "createRepository" | "deleteRepository" | "findRepository" | "listRepositories"
>;

/** Maximum number of pages, which allows 10,000 repositories. Further repositories are omitted. */
const maxPages = 100;

export function githubRepositories(client: GithubClient): Listing {
  async function* listRepositories(signal: AbortSignal): AsyncIterable<ForgeRepository> {
    for (let page = 1; page <= maxPages; page++) {
      const found =
        client.credential.app === null
          ? await listOfPerson(page, signal)
          : await listOfInstallation(page, signal);
      yield* found;
      if (found.length < pageSize) return;
    }
  }

  async function listOfPerson(page: number, signal: AbortSignal): Promise<ForgeRepository[]> {
    const { data } = await client.ask("list the repositories", (request) =>
      request("GET /user/repos", { per_page: pageSize, page, sort: "full_name", request: { signal } }),
    );
    return readAnswer(z.array(repositoryReader), data).map((read) => read.repository);
  }

  /**
   * Lists the repositories of an installation. This list omits the push permission, but the App's permission `contents` applies to all
   * repositories in it.
   */
  async function listOfInstallation(page: number, signal: AbortSignal): Promise<ForgeRepository[]> {
    const { data } = await client.ask("list the repositories of the installation", (request) =>
      request("GET /installation/repositories", { per_page: pageSize, page, request: { signal } }),
    );
    return readAnswer(z.array(repositoryReader), data.repositories).map(pushableUnlessDenied);
  }

  async function findRepository(ref: RepositoryRef): Promise<ForgeRepository | null> {
    const what = `find ${named(ref)}`;
    const { externalId } = ref;
    const asked =
      externalId === null
        ? client.askIn(ref, what, (request, path) => request("GET /repos/{owner}/{repo}", { ...path }))
        : client.ask(what, (request) => request("GET /repositories/{id}", { id: externalId }));
    const answer = await absentAsNull(asked, [301, 404]);
    if (answer === null) return null;
    const read = readAnswer(repositoryReader, answer.data);
    return client.credential.app === null ? read.repository : pushableUnlessDenied(read);
  }

  return {
    createRepository: async (ref) => {
      throw new AppError(
        "forge_failed",
        `Tembo cannot create repositories on GitHub. Create ${named(ref)} there, then run "tembo integration sync INTEGRATION".`,
      );
    },
    deleteRepository: async (repository) => {
      throw new AppError(
        "forge_failed",
        `Tembo cannot delete repositories on GitHub. Delete ${named(repository)} there.`,
      );
    },
    findRepository,
    listRepositories,
  };
}

function pushableUnlessDenied(read: z.output<typeof repositoryReader>): ForgeRepository {
  return { ...read.repository, canPush: read.mayPush ?? true };
}
