import type { GitSite } from "../../core/forges/index.ts";
import { repositoryIdentity } from "../../host-git/objects/repository-identity.ts";
import { ResultCache } from "../../host-git/objects/result-cache.ts";
import { type GitRun, runGit } from "../process/run-git.ts";
import { captured } from "../push/merge.ts";
import { readShallow, shallowFile } from "../remote/shallow.ts";
import { objectName } from "../workspace/workspace-head.ts";

const maxOutputBytes = 256 * 1024;

/** Lists by mirror, boundary, commit and limit. The history of a commit changes only if the boundary of a shallow mirror moves. */
const lists = new ResultCache<readonly string[]>({ maxBytes: 4 * 1024 ** 2, maxResultBytes: maxOutputBytes });

/**
 * Returns the subjects of at most `limit` non-merge commits reachable from `from`, newest first. Omits commits that a shallow mirror does not
 * contain. Returns an empty list if `from` does not exist. All sessions that start from a commit of a mirror share the result.
 */
export async function subjects(
  input: { readonly site: GitSite; readonly from: string; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { site, from, limit } = input;
  const { mirrorPath } = site;
  const boundary = await readShallow(mirrorPath);
  const key = JSON.stringify([repositoryIdentity(mirrorPath), boundary, from, limit]);
  const isId = objectName.test(from);
  const known = isId ? lists.get(key) : undefined;
  if (known !== undefined) return known;
  const mirror = { gitDir: mirrorPath, shallowFile: shallowFile(mirrorPath), signal };
  const listed = await listSubjects(mirror, { from, limit });
  // A restored session may have commits that the mirror no longer contains.
  if (listed === null) return (await listSubjects(captured(site, signal), { from, limit }))?.subjects ?? [];
  if (isId) lists.add(key, listed.subjects, listed.sizeBytes);
  return listed.subjects;
}

/** Returns null if the commit or the repository does not exist. */
async function listSubjects(
  git: Omit<GitRun, "args">,
  { from, limit }: { readonly from: string; readonly limit: number },
): Promise<{ readonly subjects: readonly string[]; readonly sizeBytes: number } | null> {
  const { code, stdout } = await runGit({
    ...git,
    args: [
      "log",
      "-z",
      "--no-merges",
      "--no-show-signature",
      "--encoding=UTF-8",
      `--max-count=${limit}`,
      "--format=%s",
      "--end-of-options",
      from,
      "--",
    ],
    answers: [128],
    maxOutputBytes,
    isCut: true,
  });
  if (code === 128) return null;
  const found = stdout.toString("utf8").split("\0");
  return { subjects: found.filter((subject) => subject !== ""), sizeBytes: stdout.length };
}
