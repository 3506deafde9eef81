import { AppError, refuseNul } from "../../base/index.ts";
import { mainFile, type Skill } from "./skill.ts";

/** Maximum number of skills per organization. Every sandbox receives all skills. */
export const MAX_SKILLS = 100;
const MAX_SKILL_BYTES = 256 * 1024;

/**
 * Throws `invalid_input` for a skill that cannot be written to a sandbox as a folder of files, has no `SKILL.md` or
 * exceeds 256 KiB. Pure.
 */
export function checkSkill({
  name,
  description,
  files,
}: Pick<Skill, "name" | "description"> & {
  readonly files: readonly { readonly filename: string; readonly content: string }[];
}): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw invalid(
      `The name ${JSON.stringify(name)} cannot be used as a folder name. Use at most 64 letters, digits, hyphens, periods and underscores, and start with a letter or digit.`,
    );
  }
  refuseNul("description", description);
  const seen = new Set<string>();
  let bytes = 0;
  for (const { filename, content } of files) {
    requirePath(filename);
    refuseNul("content", content);
    // Case-insensitive file systems treat these names as equal, and a path cannot be both a file and a folder.
    const key = filename.toLowerCase();
    if (
      [...seen].some((other) => other === key || other.startsWith(`${key}/`) || key.startsWith(`${other}/`))
    )
      throw invalid(
        `The path ${JSON.stringify(filename)} conflicts with another path in the skill. Paths must differ in more than case, and a path cannot be both a file and a folder. Rename one of the files.`,
      );
    seen.add(key);
    bytes += Buffer.byteLength(content);
  }
  if (bytes > MAX_SKILL_BYTES)
    throw invalid(
      `The skill's files total ${bytes} bytes, and the limit is ${MAX_SKILL_BYTES}. Remove or shorten some files.`,
    );
  if (!files.some(({ filename }) => filename === mainFile))
    throw invalid(
      `A skill requires a ${mainFile} file that contains its instructions. Add the file to "files".`,
    );
}

function requirePath(filename: string): void {
  const parts = filename.split("/");
  const isPlain = parts.every(
    (part) => /^[^\\\u0000-\u001f\u007f]+$/.test(part) && part !== "." && part !== "..",
  );
  if (!isPlain || parts.length > 8)
    throw invalid(
      `The filename ${JSON.stringify(filename)} is not a valid path inside the skill's folder. Use a relative path of at most eight segments, without ".", "..", backslashes or control characters.`,
    );
}

const invalid = (message: string) => new AppError("invalid_input", message);
