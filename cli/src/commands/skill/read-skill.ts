import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import type { SkillFileInput } from "@tembo-io/sdk";
import { CommandError } from "../../failure.ts";

const maxFiles = 100;

export interface SkillFolder {
  readonly name: string;
  readonly description: string;
  readonly files: SkillFileInput[];
}

/**
 * Reads a skill from its folder. The front matter of SKILL.md contains the name and the description. The name defaults
 * to the folder name. Throws `CommandError` if the path is not a folder, or if the folder contains no SKILL.md, too
 * many files or a file that is not UTF-8.
 */
export function readSkill(folder: string): SkillFolder {
  const root = resolve(folder);
  if (!isFolder(root))
    throw new CommandError(
      `${JSON.stringify(folder)} is not a folder.`,
      "specify the folder that contains SKILL.md.",
    );
  const files = filesBelow(root).map((path) => ({
    filename: relative(root, path).replaceAll(sep, "/"),
    content: readUtf8(path),
  }));
  const main = files.find(({ filename }) => filename === "SKILL.md");
  if (main === undefined)
    throw new CommandError(
      `The folder ${JSON.stringify(folder)} has no SKILL.md.`,
      "add a SKILL.md with the name and description of the skill.",
    );
  const field = (name: string) => fieldOf(main.content, name);
  return { name: field("name") ?? basename(root), description: field("description") ?? "", files };
}

function filesBelow(root: string): string[] {
  const files: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== ".git") folders.push(path);
      else if (entry.isFile()) files.push(path);
      if (files.length > maxFiles)
        throw new CommandError(
          `The folder has more than the maximum of ${maxFiles} files for a skill.`,
          "move files that the skill does not need to another folder.",
        );
    }
  }
  return files.sort();
}

function readUtf8(path: string): string {
  const bytes = readFileSync(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandError(
      `${JSON.stringify(path)} is not UTF-8 text. A skill can contain only text.`,
      "remove the file from the folder, or convert it to UTF-8.",
    );
  }
}

/**
 * Returns a one-line field of the front matter, or null if it is missing or empty. The front matter is enclosed in
 * `---` lines.
 */
function fieldOf(text: string, name: string): string | null {
  const top = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? "";
  const value = new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, "m").exec(top)?.[1];
  return value === undefined || value === "" ? null : value.replace(/^(["'])(.*)\1$/, "$2");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
