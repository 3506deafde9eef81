import { createHash } from "node:crypto";
import { maxWorkspaceFileBytes } from "@tembo/contract";
import { AppError, withReason } from "../../base/index.ts";
import { feedProgram } from "../sandbox/feed-program.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

const writeLimitMs = 30_000;

/**
 * Script with the arguments workspace, folder, name, SHA-256 of the content that the person has read, SHA-256 of the new
 * content, and a number of bytes that is larger than every such content. Writes stdin into a new file, which replaces
 * the old one only if that still has the content that was read. Keeps the mode of the file. Succeeds without a change if
 * the file already has the new content, because an earlier save may have failed after it wrote the file.
 *
 * The new file is created in the workspace's root, which no commit contains. A save that was killed leaves its file there,
 * and the next one removes it. A shell removes line breaks at the end of a command's output, so that "x" protects the path.
 */
const writing = `
here() { pwd -P && echo x; }
cd -P -- "$1" && base=$(here) || exit 1
base=\${base%?x}
cd -P -- "./$2" 2>/dev/null || exit 10
folder=$(here) || exit 1
if [ "$2" != "" ] && [ "\${folder%?x}" != "$base/$2" ]; then exit 11; fi
if [ -L "./$3" ]; then exit 11; fi
if [ ! -f "./$3" ]; then exit 10; fi
read_sum() { sum=$({ head -c "$2" | sha256sum; } < "./$1") && sum=\${sum%% *}; }
read_sum "$3" "$6" || exit 1
if [ "$sum" = "$5" ]; then exit 0; fi
if [ "$sum" != "$4" ]; then exit 12; fi
rm -f -- "$base"/.tembo-save-?????? 2>/dev/null
new=$(mktemp "$base/.tembo-save-XXXXXX") || exit 1
trap 'rm -f -- "$new"' EXIT
cat > "$new" && mode=$(stat -c %a -- "./$3") && chmod "$mode" "$new" || exit 1
read_sum "$3" "$6" || exit 1
if [ "$sum" != "$4" ]; then exit 12; fi
mv -f -- "$new" "./$3" || exit 1`;

const refusals: Readonly<Record<number, (path: string) => AppError>> = {
  10: (path) => new AppError("not_found", `${JSON.stringify(path)} was not found in the workspace.`),
  11: (path) =>
    new AppError("conflict", `${JSON.stringify(path)} leads through a link. Save the link's target instead.`),
  12: (path) =>
    new AppError(
      "conflict",
      `${JSON.stringify(path)} has changed since you opened it. Copy your text, open the file again and repeat the change.`,
    ),
};

export interface FileWrite {
  /** Checked path of the file in the workspace. */
  readonly path: string;
  /** SHA-256 of the content that the person has read. */
  readonly sha256: string;
  readonly bytes: Buffer;
}

/**
 * Replaces the content of a file with a program inside the sandbox, and returns the SHA-256 of the new content. Throws
 * `not_found` if the file is missing, and `conflict` if the path leads through a link or the file has changed.
 */
export async function writeWorkspaceFile(
  sandbox: Pick<Sandbox, "spawn" | "workspacePath">,
  { path, sha256, bytes }: FileWrite,
): Promise<string> {
  const end = path.lastIndexOf("/");
  const place = [end < 0 ? "" : path.slice(0, end), path.slice(end + 1)];
  const cwd = sandbox.workspacePath;
  const written = createHash("sha256").update(bytes).digest("hex");
  const sums = [sha256, written, String(maxWorkspaceFileBytes + 1)];
  const argv = ["/bin/sh", "-c", writing, "sh", cwd, ...place, ...sums] as const;
  const command = { argv, cwd, env: {} };
  const { code, why } = await feedProgram(sandbox, command, { input: bytes, limitMs: writeLimitMs });
  if (code === 0) return written;
  const refusal = code === null ? undefined : refusals[code];
  if (refusal !== undefined) throw refusal(path);
  throw new AppError("conflict", withReason(`${JSON.stringify(path)} could not be saved`, why));
}
