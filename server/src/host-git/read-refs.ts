import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

/** Limits up to which reading the files blocks the event loop for less time than starting git takes. */
const maxLooseRefs = 100;
const maxDepth = 16;
const maxLooseBytes = 4096;
const maxPackedBytes = 256 * 1024;

/** Name that git would not expand as a pattern, and that cannot lead out of the repository. */
const plainName = /^refs(?:\/(?!\.)[^\0/*?[\\]+)*$/;
const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** State that this reader leaves to git: another storage format, a symbolic or broken ref, a name that is not UTF-8, or too many refs. */
class OnlyForGit extends Error {}

/** Replaces bytes that are not UTF-8. A file cannot be opened by such a name. */
const replacement = "\uFFFD";

/**
 * Returns the object IDs of the refs with these names, or below them, sorted by name, as `git for-each-ref` does. Reads the files of the
 * repository (gitrepository-layout(5)) instead of starting git. Returns null if the repository is missing, a name is a pattern or only git can
 * read the refs.
 */
export function readRefFiles(gitDir: string, names: readonly string[]): Map<string, string> | null {
  if (!names.every((name) => plainName.test(name))) return null;
  try {
    if (kindOf(join(gitDir, "refs")) !== "folder" || kindOf(join(gitDir, "reftable")) !== "missing")
      return null;
    const loose = new Map<string, string>();
    for (const name of names) addLoose(gitDir, name, loose, 0);
    // Read after the loose refs. Git packs a ref before it removes the loose file, so a ref is never missing from both.
    const packed = readPacked(gitDir, names);
    const refs = [...new Map([...packed, ...loose])];
    return new Map(refs.sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other))));
  } catch (cause) {
    if (cause instanceof OnlyForGit) return null;
    throw cause;
  }
}

function addLoose(gitDir: string, name: string, found: Map<string, string>, depth: number): void {
  // Git writes a new value to a lock file first.
  if (name.endsWith(".lock")) return;
  if (name.includes(replacement)) throw new OnlyForGit();
  const path = join(gitDir, name);
  const kind = kindOf(path);
  if (kind === "missing") return;
  if (kind === "folder") {
    if (depth === maxDepth) throw new OnlyForGit();
    for (const entry of entriesOf(path))
      if (!entry.startsWith(".")) addLoose(gitDir, `${name}/${entry}`, found, depth + 1);
    return;
  }
  const text = kind === "file" ? readSmall(path, maxLooseBytes) : "";
  if (text === null) return;
  const id = text.trimEnd();
  if (!objectId.test(id) || found.size === maxLooseRefs) throw new OnlyForGit();
  found.set(name, id);
}

function readPacked(gitDir: string, names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of (readSmall(join(gitDir, "packed-refs"), maxPackedBytes) ?? "").split("\n")) {
    const space = line.indexOf(" ");
    const [id, name] = [line.slice(0, space), line.slice(space + 1)];
    if (objectId.test(id) && names.some((wanted) => name === wanted || name.startsWith(`${wanted}/`)))
      found.set(name, id);
  }
  return found;
}

function kindOf(path: string): "folder" | "file" | "missing" | "other" {
  const found = unlessMissing(() => lstatSync(path));
  if (found === null) return "missing";
  return found.isDirectory() ? "folder" : found.isFile() ? "file" : "other";
}

const entriesOf = (path: string): readonly string[] => unlessMissing(() => readdirSync(path)) ?? [];

/** Returns the text of a regular file, or null if the file is missing. Follows no symbolic link. */
function readSmall(path: string, maxBytes: number): string | null {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = unlessMissing(() => openSync(path, flags));
  if (file === null) return null;
  try {
    const { size } = fstatSync(file);
    if (size > maxBytes) throw new OnlyForGit();
    const bytes = Buffer.alloc(size);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, size, 0));
  } finally {
    closeSync(file);
  }
}

function unlessMissing<T>(read: () => T): T | null {
  try {
    return read();
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code!)) return null;
    throw new OnlyForGit();
  }
}
