import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type { RepositoryRef } from "../../core/forges/index.ts";
import type { GithubClient, RepositoryPath } from "./api/client.ts";
import { absentAsNull } from "./api/refusal.ts";
import { readAnswer } from "./read/read.ts";
import { named } from "./repository/named.ts";

export interface UnsignedCommit {
  /** Tree whose objects have been pushed to a branch. */
  readonly treeSha: string;
  /** Parents of the commit. In every commit except the first, the previous commit replaces the first parent. */
  readonly parentShas: readonly string[];
  readonly message: string;
}

export interface SignCommitsInput {
  /** Branch to move to the last commit, without force. It is created if it does not exist. */
  readonly branch: string;
  /** Commits, oldest first, at most 100. */
  readonly commits: readonly UnsignedCommit[];
}

const commitReader = z.object({
  sha: z.string(),
  message: z.string(),
  tree: z.object({ sha: z.string() }),
  parents: z.array(z.object({ sha: z.string() })),
  verification: z.object({ verified: z.boolean() }).nullish(),
});
type Commit = z.output<typeof commitReader>;

/**
 * Recreates the commits with the App as their author, and moves the branch to the last new commit. GitHub signs commits that have no explicit
 * author and committer (docs.github.com/authentication/managing-commit-signature-verification). Returns the new hashes in order. Returns null
 * and leaves the branch unchanged if there are no commits or GitHub does not sign for this credential. Throws `invalid_input` for more than
 * 100 commits. A repeated call returns the commits of the first call.
 */
export async function signCommits(
  client: GithubClient,
  ref: RepositoryRef,
  { branch, commits }: SignCommitsInput,
): Promise<readonly string[] | null> {
  if (client.credential.app === null || commits.length === 0) return null;
  if (commits.length > 100) {
    throw new AppError(
      "invalid_input",
      `${commits.length} commits are too many to sign at once. The maximum is 100.`,
    );
  }
  const head = await findHead(client, ref, branch);
  const done = head === null ? null : await findSigned(client, ref, head, commits);
  if (done !== null) return done;
  const shas: string[] = [];
  for (const commit of commits) {
    const before = shas.at(-1);
    const parents = before === undefined ? commit.parentShas : [before, ...commit.parentShas.slice(1)];
    const made = await makeCommit(client, ref, { ...commit, parentShas: parents });
    if (made.verification?.verified !== true) return null;
    shas.push(made.sha);
  }
  await moveBranch(client, ref, { branch, sha: shas.at(-1)!, isNew: head === null });
  return shas;
}

async function makeCommit(client: GithubClient, ref: RepositoryRef, commit: UnsignedCommit): Promise<Commit> {
  const { data } = await client.askIn(ref, `sign a commit in ${named(ref)}`, (request, path) =>
    request("POST /repos/{owner}/{repo}/git/commits", {
      ...path,
      message: commit.message,
      tree: commit.treeSha,
      parents: [...commit.parentShas],
    }),
  );
  return readAnswer(commitReader, data);
}

async function findHead(client: GithubClient, ref: RepositoryRef, branch: string): Promise<string | null> {
  const asked = client.askIn(ref, `find the branch "${branch}" in ${named(ref)}`, (request, path) =>
    request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...path, ref: `heads/${branch}` }),
  );
  return (await absentAsNull(asked))?.data.object.sha ?? null;
}

/** Returns the hashes of the latest commits at `head` if they are signed copies of `commits`, otherwise null. */
async function findSigned(
  client: GithubClient,
  ref: RepositoryRef,
  head: string,
  commits: readonly UnsignedCommit[],
): Promise<readonly string[] | null> {
  const shas: string[] = [];
  let sha: string | undefined = head;
  for (const wanted of commits.toReversed()) {
    if (sha === undefined) return null;
    const found: Commit = await getCommit(client, ref, sha);
    const isSame = found.tree.sha === wanted.treeSha && found.message.trim() === wanted.message.trim();
    if (!isSame || found.verification?.verified !== true) return null;
    shas.unshift(sha);
    sha = found.parents[0]?.sha;
  }
  return sha === commits[0]?.parentShas[0] ? shas : null;
}

async function getCommit(client: GithubClient, ref: RepositoryRef, sha: string): Promise<Commit> {
  const { data } = await client.askIn(ref, `find the commit ${sha} in ${named(ref)}`, (request, path) =>
    request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { ...path, commit_sha: sha }),
  );
  return readAnswer(commitReader, data);
}

async function moveBranch(
  client: GithubClient,
  ref: RepositoryRef,
  { branch, sha, isNew }: { readonly branch: string; readonly sha: string; readonly isNew: boolean },
): Promise<void> {
  const what = `move the branch "${branch}" of ${named(ref)} to its signed commits`;
  await client.askIn<unknown>(ref, what, (request, path: RepositoryPath) =>
    isNew
      ? request("POST /repos/{owner}/{repo}/git/refs", { ...path, ref: `refs/heads/${branch}`, sha })
      : request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
          ...path,
          ref: `heads/${branch}`,
          sha,
          force: false,
        }),
  );
}
