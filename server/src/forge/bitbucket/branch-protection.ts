import { z } from "zod";
import type { RepositoryRef } from "../../core/forges/index.ts";
import { type BitbucketClient, nameOf, repositoryPath } from "./bitbucket-client.ts";

const restriction = z.object({
  kind: z.string(),
  branch_match_kind: z.string().nullish(),
  pattern: z.string().nullish(),
});

/**
 * True if a push restriction matches the branch. False if the token cannot read restrictions. Ignores restrictions on a whole branch type.
 */
export async function isBranchProtected(
  client: BitbucketClient,
  repository: RepositoryRef,
  branch: string,
): Promise<boolean> {
  const path = `${repositoryPath(repository)}/branch-restrictions`;
  const what = `list the branch restrictions of ${nameOf(repository)}`;
  const query = { kind: "push", pagelen: 100 };
  const page = z.object({ values: z.array(restriction) });
  const { status, body } = await client.send({ path, query, what, answers: [403, 404] });
  if (status !== 200) return false;
  const rules = page.safeParse(body).data?.values ?? [];
  return rules.some(
    ({ kind, branch_match_kind: by, pattern }) =>
      kind === "push" && by !== "branching_model" && matches(pattern ?? "", branch),
  );
}

/** Matches a branch name against one of Bitbucket's globs, where a star matches any characters, including slashes. */
function matches(pattern: string, branch: string): boolean {
  const parts = pattern.split(/\*+/);
  const [first = ""] = parts;
  if (parts.length === 1) return pattern === branch;
  if (!branch.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = branch.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  const last = parts.at(-1) ?? "";
  return branch.length - last.length >= from && branch.endsWith(last);
}
