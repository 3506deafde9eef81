import { runGit } from "../process/run-git.ts";
import { shallowFile } from "../remote/shallow.ts";

export interface ReadBelowInput {
  readonly mirrorPath: string;
  readonly branch: string;
  readonly folders: readonly string[];
  readonly name: string;
  readonly maxFiles: number;
  readonly maxBytes: number;
}

export interface FoundFile {
  readonly path: string;
  readonly text: string;
}

const maxListedBytes = 8 * 1024 * 1024;

/**
 * Returns the file `name` from each folder directly below one of `folders`, at most `maxFiles` in total. Ignores links, and files larger than
 * `maxBytes`.
 */
export async function readBelow(input: ReadBelowInput, signal: AbortSignal): Promise<readonly FoundFile[]> {
  const found = (await list(input, signal)).slice(0, input.maxFiles);
  if (found.length === 0) return [];
  const { stdout } = await runGit({
    gitDir: input.mirrorPath,
    args: ["cat-file", "--batch=%(objectsize)"],
    stdin: found.map(({ sha }) => `${sha}\n`).join(""),
    signal,
  });
  let at = 0;
  return found.map(({ path }) => {
    const begin = stdout.indexOf("\n", at) + 1;
    const end = begin + Number(stdout.subarray(at, begin).toString("utf8"));
    at = end + 1;
    return { path, text: stdout.subarray(begin, end).toString("utf8").replaceAll("\0", "\uFFFD") };
  });
}

/** Lists the files in the order of `folders`, then in git's order. Returns an empty list if the mirror or the branch is missing. */
async function list({ mirrorPath, branch, folders, name, maxBytes }: ReadBelowInput, signal: AbortSignal) {
  const { stdout } = await runGit({
    gitDir: mirrorPath,
    shallowFile: shallowFile(mirrorPath),
    args: ["ls-tree", "-r", "-l", "-z", "--full-tree", `refs/heads/${branch}`, "--", ...folders],
    answers: [128],
    maxOutputBytes: maxListedBytes,
    isCut: true,
    signal,
  });
  const files = stdout
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      const [, sha, size, path] = /^100\d+ blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      return sha && size && path && Number(size) <= maxBytes ? [{ sha, path }] : [];
    });
  return folders.flatMap((folder) =>
    files.filter(({ path }) => {
      const steps = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/") : [];
      return steps.length === 2 && steps[1] === name;
    }),
  );
}
