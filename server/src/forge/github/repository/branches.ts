import { z } from "zod";
import type { ForgeRepositories, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { absentAsNull, refusalWords, statusOf } from "../api/refusal.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "./named.ts";

const branchReader = z.object({
  name: z.string(),
  commit: z.object({ sha: z.string() }),
  protected: z.boolean(),
});

export function githubBranches(client: GithubClient): Pick<ForgeRepositories, "findBranch" | "deleteBranch"> {
  async function findBranch(ref: RepositoryRef, branch: string) {
    const asked = client.askIn(ref, `find the branch "${branch}" in ${named(ref)}`, (request, path) =>
      request("GET /repos/{owner}/{repo}/branches/{branch}", { ...path, branch }),
    );
    // GitHub redirects from a renamed branch to its new name. The branch with the old name no longer exists.
    const answer = await absentAsNull(asked, [301, 404]);
    if (answer === null) return null;
    const { name, commit, protected: isProtected } = readAnswer(branchReader, answer.data);
    return { name, sha: commit.sha, isProtected };
  }

  async function deleteBranch(ref: RepositoryRef, branch: string): Promise<void> {
    try {
      await client.askIn(ref, `delete the branch "${branch}" of ${named(ref)}`, (request, path) =>
        request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ...path, ref: `heads/${branch}` }),
      );
    } catch (error) {
      if (statusOf(error) === 422 && /does not exist/i.test(refusalWords(error))) return;
      // GitHub also returns 404 if the token cannot delete the branch, so this is a success only if the branch no longer exists.
      if (statusOf(error) === 404 && (await findBranch(ref, branch)) === null) return;
      throw error;
    }
  }

  return { findBranch, deleteBranch };
}
