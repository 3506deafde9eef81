import { AppError } from "../../base/index.ts";

/**
 * Maximum size of a path segment. Git stores a branch as a file, so a segment plus `.lock` must fit into the 255 bytes
 * that file systems allow.
 */
const maxStepBytes = 250;
const maxBytes = 1000;

/**
 * True if git accepts the name for a branch. Follows the rules of `git check-ref-format --branch` without its
 * shorthands (`@{-1}`). The name must also be short enough to be stored as a file. Pure.
 */
export function isValidBranchName(name: string): boolean {
  if (name === "" || name === "HEAD" || name.startsWith("-")) return false;
  if (!name.isWellFormed() || byteLength(name) > maxBytes) return false;
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name)) return false;
  if (name.includes("..") || name.includes("@{") || name.endsWith(".")) return false;
  return name
    .split("/")
    .every(
      (step) =>
        step !== "" && !step.startsWith(".") && !step.endsWith(".lock") && byteLength(step) <= maxStepBytes,
    );
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;

/** Throws `invalid_input` for a name that `isValidBranchName` rejects. Accepts null. */
export function requireBranchName(field: string, name: string | null): void {
  if (name !== null && !isValidBranchName(name)) {
    throw new AppError(
      "invalid_input",
      `"${field}" ${JSON.stringify(name)} is not a valid branch name. Use a name that "git check-ref-format --branch" accepts, with at most ${maxStepBytes} bytes between slashes and ${maxBytes} in total.`,
      { field },
    );
  }
}
