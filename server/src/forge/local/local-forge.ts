import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { ForgePullRequest } from "../../core/forge/forge-pull-request.ts";
import type { RepositoryRef } from "../../core/forge/forge-repository.ts";
import type { Forge, ForgeAdapter } from "../../core/ports/forge.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { LocalPullRequest, Queries } from "../../core/ports/store.ts";
import { readRefs, repositoryGit } from "./repository-git.ts";
import { repositoryPath } from "./repository-path.ts";

export interface LocalForgeOptions {
  readonly dataDir: string;
  /** Without a trailing slash; asked each time, since the port may be known only later. */
  readonly publicUrl: () => string;
  readonly store: Pick<Queries, "localPullRequests">;
  readonly log: Logger;
}

/** The built-in forge: bare repositories under the data folder, pull requests in the store. */
export function createLocalForge({ dataDir, publicUrl, store, log }: LocalForgeOptions): ForgeAdapter {
  const records = store.localPullRequests;

  /** Publishes the head as `refs/pull/<number>/head`, as forges do, so that it outlives its branch. */
  async function describe(repository: RepositoryRef, record: LocalPullRequest): Promise<ForgePullRequest> {
    const path = await existingPath(dataDir, repository);
    const branch = `refs/heads/${record.head}`;
    const published = `refs/pull/${record.number}/head`;
    const refs = await readRefs(path, [branch, published]);
    const headSha = (record.status === "open" ? refs.get(branch) : undefined) ?? refs.get(published);
    if (headSha === undefined)
      throw new AppError(
        "forge_failed",
        `The branch "${record.head}" of pull request ${record.number} is gone.`,
      );
    if (refs.get(published) !== headSha)
      await repositoryGit(["--git-dir", path, "update-ref", published, headSha]);
    const { number, title, body, status, head, base, mergedAt } = record;
    const url = `${publicUrl()}/${repository.owner}/${repository.name}/pull/${number}`;
    return {
      number,
      externalId: String(number),
      url,
      title,
      body,
      status,
      isDraft: false,
      head,
      base,
      headSha,
      isFromFork: false,
      author: null,
      labels: [],
      mergeability: "unknown",
      mergedAt,
      createdAt: new Date(0),
      updatedAt: new Date(0),
    };
  }

  const forge = {
    name: "local",

    async createRepository(repository, defaultBranch) {
      const path = safePath(dataDir, repository);
      // Git leaves its files readable by every user of the machine: nobody else passes here.
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const made = await mkdtemp(join(dirname(path), ".new-"));
      try {
        const bare = join(made, "repository");
        const branch = `--initial-branch=${defaultBranch}`;
        await repositoryGit(["init", "--quiet", "--bare", "--template=", branch, "--", bare]);
        for (const [key, value] of repositorySettings)
          await repositoryGit(["config", "--file", join(bare, "config"), key, value]);
        await rename(bare, path);
      } catch (cause) {
        // It exists: the port says to leave it as it is.
        if (["ENOTEMPTY", "EEXIST"].includes((cause as NodeJS.ErrnoException).code ?? "")) return;
        throw cause;
      } finally {
        await rm(made, { recursive: true, force: true });
      }
      log.info({ repositoryId: repository.id, path }, "made a repository on the local forge");
    },

    async remote(repository) {
      return { url: await existingPath(dataDir, repository), credential: null };
    },

    async findPullRequest(repository, head, base) {
      const record = await records.findOpen(repository.id, head, base);
      return record && describe(repository, record);
    },

    async createPullRequest(repository, input) {
      const { title, body, head, base } = input;
      const open = await records.findOpen(repository.id, head, base);
      if (open) return describe(repository, open);
      const path = await existingPath(dataDir, repository);
      const refs = await readRefs(path, [`refs/heads/${head}`, `refs/heads/${base}`]);
      const [headSha, baseSha] = [refs.get(`refs/heads/${head}`), refs.get(`refs/heads/${base}`)];
      for (const [branch, sha] of [[head, headSha] as const, [base, baseSha] as const])
        if (sha === undefined)
          throw new AppError(
            "forge_failed",
            `There is no branch "${branch}" in ${repository.owner}/${repository.name}. Push it first.`,
          );
      const isContained = ["--git-dir", path, "merge-base", "--is-ancestor", headSha!, baseSha!];
      if ((await repositoryGit(isContained, [1])).code === 0) return null;
      return describe(
        repository,
        await records.insert({ repositoryId: repository.id, title, body, head, base }),
      );
    },

    async updatePullRequest(repository, number, change) {
      const record = await records.update(repository.id, number, change);
      if (!record)
        throw new AppError(
          "forge_failed",
          `There is no pull request ${number} in ${repository.owner}/${repository.name}.`,
        );
      return describe(repository, record);
    },
  } as unknown as Forge;
  return { name: "local", connect: () => forge } as unknown as ForgeAdapter;
}

/** In the repository itself, since host git pushes to its path without a server in between. */
const repositorySettings = [
  ["http.receivepack", "true"],
  ["receive.hideRefs", "refs/pull"],
  ["receive.autogc", "false"],
  ["gc.auto", "0"],
] as const;

function safePath(dataDir: string, { owner, name }: RepositoryRef): string {
  const path = repositoryPath(dataDir, owner, name);
  if (path) return path;
  throw new AppError(
    "forge_failed",
    `"${owner}/${name}" cannot name a repository: use letters, digits, "-", "_" and ".", at most 100 each.`,
  );
}

async function existingPath(dataDir: string, repository: RepositoryRef): Promise<string> {
  const path = safePath(dataDir, repository);
  try {
    await access(path);
    return path;
  } catch (cause) {
    const name = `${repository.owner}/${repository.name}`;
    throw new AppError("forge_failed", `The repository ${name} is not on the local forge. Create it first.`, {
      cause,
    });
  }
}
