import { AppError, refuseNul } from "../../base/index.ts";
import { mainFile, type Skill } from "./skill.ts";

/** Every skill of the organization goes into every sandbox. */
export const MAX_SKILLS = 100;
const MAX_SKILL_BYTES = 256 * 1024;

/** Refuses what cannot be a folder of files that is placed in a sandbox. Pure. Throws `invalid_input`. */
export function checkSkill({
  name,
  description,
  files,
}: Pick<Skill, "name" | "description"> & {
  readonly files: readonly { readonly filename: string; readonly content: string }[];
}): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw invalid(
      `The name ${JSON.stringify(name)} cannot name a folder; use letters, digits, hyphens, points and underscores, and begin with a letter or digit.`,
    );
  }
  refuseNul("description", description);
  const seen = new Set<string>();
  let bytes = 0;
  for (const { filename, content } of files) {
    requirePath(filename);
    refuseNul("content", content);
    // Alike on file systems that know no letter case, and folders cannot be files.
    const key = filename.toLowerCase();
    if (
      [...seen].some((other) => other === key || other.startsWith(`${key}/`) || key.startsWith(`${other}/`))
    )
      throw invalid(`The file ${JSON.stringify(filename)} is there twice, or is also a folder; rename one.`);
    seen.add(key);
    bytes += Buffer.byteLength(content);
  }
  if (bytes > MAX_SKILL_BYTES)
    throw invalid(`The files have ${bytes} bytes together; a skill may have ${MAX_SKILL_BYTES}.`);
  if (!files.some(({ filename }) => filename === mainFile))
    throw invalid(`A skill needs a file ${mainFile}, which says how it is done; add one to "files".`);
}

function requirePath(filename: string): void {
  const parts = filename.split("/");
  const isPlain = parts.every(
    (part) => /^[^\\\u0000-\u001f\u007f]+$/.test(part) && part !== "." && part !== "..",
  );
  if (!isPlain || parts.length > 8)
    throw invalid(`The filename ${JSON.stringify(filename)} is no path below the skill's folder; change it.`);
}

const invalid = (message: string) => new AppError("invalid_input", message);
