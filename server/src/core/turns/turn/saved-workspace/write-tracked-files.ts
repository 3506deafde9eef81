import { AppError, withReason } from "../../../base/index.ts";
import { deletedFilesFolder } from "../../sandbox/omissions.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";

const errorLength = 300;

/**
 * Writes the files in the index that are missing and were not deleted, which the archive left out. The list of deleted files is removed last,
 * so that a repeated run continues. A lock file can only be left over, because no other program runs. A missing file replaces what is in its
 * place, because another commit may have been restored since.
 */
const script = `
set -e
export LC_ALL=C GIT_LFS_SKIP_SMUDGE=1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
deleted=$PWD/${deletedFilesFolder}

repository() {
  git -c core.fsmonitor=false --git-dir=.git --work-tree=. "$@"
}
list_missing() {
  repository diff-files -z --name-only --diff-filter=D > "$scratch/now"
  sort -z -u "$scratch/now" > "$scratch/sorted"
  comm -z -23 "$scratch/sorted" "$scratch/deleted" > "$scratch/missing"
}
write_missing() {
  sort -z -u "$deleted/$1" > "$scratch/deleted"
  cd "./$1"
  rm -f .git/index.lock
  list_missing
  repository checkout-index -z -f -u --stdin < "$scratch/missing"
  list_missing
  if [ -s "$scratch/missing" ]; then
    tr '\\0' '\\n' < "$scratch/missing" | head -n 3 >&2
    exit 1
  fi
  repository update-index -q --refresh > "$scratch/changed" || [ $? -eq 1 ]
  cd ..
}

for name; do
  if [ -f "$deleted/$name" ]; then write_missing "$name"; fi
done
rm -rf -- ${deletedFilesFolder}
`;

/**
 * Completes an imported workspace whose archive left out `filesInGitOf` the named folders. Can be repeated. Throws `git_failed` if a file
 * cannot be written.
 */
export async function writeTrackedFiles(
  sandbox: Pick<Sandbox, "spawn" | "workspacePath">,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const argv = ["sh", "-c", script, "sh", ...names] as const;
  const program = sandbox.spawn({ argv, cwd: sandbox.workspacePath, env: {} }, signal);
  program.stdin.end();
  program.stdout.resume();
  let words = "";
  program.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    words = `${words}${chunk}`.slice(-errorLength);
  });
  const { code } = await program.exited;
  signal.throwIfAborted();
  if (code !== 0)
    throw new AppError("git_failed", withReason("Tracked files could not be restored", words.trim()));
}
