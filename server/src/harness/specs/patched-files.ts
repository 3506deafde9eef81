import type { EditedFile } from "../launch-spec.ts";

const maxFiles = 100;

/**
 * Parses the edits in a result such as `{ metadata: { files: [{ filePath, patch }] } }`, where each patch is a unified diff. For each file,
 * returns the part in the patch, before and after the edit. A harness that sends edits outside the protocol uses this function.
 */
export function patchedFiles(rawOutput: unknown): EditedFile[] {
  const files = record(record(rawOutput).metadata).files;
  if (!Array.isArray(files)) return [];
  return files.slice(0, maxFiles).flatMap((file: unknown) => {
    const { filePath, patch, type } = record(file);
    if (typeof filePath !== "string" || typeof patch !== "string") return [];
    const { oldText, newText } = sidesOf(patch);
    return [{ path: filePath, oldText: type === "add" ? null : oldText, newText }];
  });
}

function sidesOf(patch: string): { readonly oldText: string; readonly newText: string } {
  const [oldLines, newLines]: [string[], string[]] = [[], []];
  let isInHunk = false;
  for (const line of patch.split("\n")) {
    if (line.startsWith("@@")) isInHunk = true;
    else if (isInHunk && line.startsWith("-")) oldLines.push(line.slice(1));
    else if (isInHunk && line.startsWith("+")) newLines.push(line.slice(1));
    else if (isInHunk && line.startsWith(" ")) {
      oldLines.push(line.slice(1));
      newLines.push(line.slice(1));
    }
  }
  const join = (lines: string[]) => lines.map((line) => `${line}\n`).join("");
  return { oldText: join(oldLines), newText: join(newLines) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
