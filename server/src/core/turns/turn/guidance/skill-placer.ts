/**
 * Program that places skills. It runs inside the sandbox as the sandbox's user, so that links in a hostile HOME or
 * workspace can only redirect it to the session's own files. Reads a `SkillPlacement` as JSON from its input. First
 * removes the skills that it placed earlier, so that deleted skills do not remain.
 */
export const skillPlacer = String.raw`
const { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { home, folder, record, skills, sources, maxEntries } = JSON.parse(readFileSync(0, "utf8"));

const kindOf = (path) => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "nothing" : stat.isDirectory() ? "folder" : stat.isFile() ? "file" : "other";
};
const remove = (path) => rmSync(path, { recursive: true, force: true });
const isName = (name) => typeof name === "string" && /^[^/\0]+$/.test(name) && name !== "." && name !== "..";

let root = home;
for (const step of folder.split("/")) {
  root = join(root, step);
  if (kindOf(root) !== "folder") {
    remove(root);
    mkdirSync(root);
  }
}

const recordPath = join(root, record);
let before = [];
try {
  before = kindOf(recordPath) === "file" ? JSON.parse(readFileSync(recordPath, "utf8")) : [];
} catch {}
for (const name of Array.isArray(before) ? before : []) if (isName(name)) remove(join(root, name));

const placed = new Map();
for (const { name, files } of skills) {
  remove(join(root, name));
  for (const { path, text } of files) {
    const at = join(root, name, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text, { flag: "wx" });
  }
  placed.set(name, "organization");
}

let left = maxEntries;
for (const source of sources) {
  if (kindOf(source) !== "folder") continue;
  for (const name of readdirSync(source)) {
    const from = join(source, name);
    if (kindOf(from) !== "folder" || kindOf(join(from, "SKILL.md")) !== "file") continue;
    if (placed.get(name) === "repository") continue;
    const to = join(root, name);
    remove(to);
    placed.set(name, "repository");
    cpSync(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => {
        left -= 1;
        if (left < 0) throw new Error("the repositories' skills have more than " + maxEntries + " files");
        return kindOf(path) === "folder" || kindOf(path) === "file";
      },
    });
  }
}
writeFileSync(recordPath, JSON.stringify([...placed.keys()]));
`;

export interface SkillPlacement {
  /** Path of HOME inside the sandbox. */
  readonly home: string;
  /** Folder relative to HOME. The program replaces any part of its path that is not a folder with a folder. */
  readonly folder: string;
  /** Name of the file in `folder` that lists the placed skills. */
  readonly record: string;
  readonly skills: readonly {
    readonly name: string;
    readonly files: readonly { readonly path: string; readonly text: string }[];
  }[];
  /**
   * Skill folders in the workspace. If several folders contain a skill with the same name, the first folder takes
   * precedence. A repository's skill takes precedence over the organization's.
   */
  readonly sources: readonly string[];
  readonly maxEntries: number;
}
