import { AppError } from "../../base/index.ts";

/** Each level costs one system call and one open folder. */
const maxDepth = 100;

/**
 * Returns the path of an entry in a workspace, which may be empty for the workspace itself. Throws `invalid_input` if a
 * part could lead elsewhere, or if there are too many. Pure.
 */
export function parseWorkspacePath(path: string): string {
  if (path === "") return "";
  const parts = path.split("/");
  if (path.includes("\0") || parts.some((part) => part === "" || part === "." || part === ".."))
    throw invalid('must be relative to the workspace, without empty parts, "." and "..".');
  if (parts.length > maxDepth) throw invalid(`may have at most ${maxDepth} parts.`);
  return path;
}

const invalid = (rule: string) =>
  new AppError("invalid_input", `The path ${rule} Correct "path".`, { field: "path" });
