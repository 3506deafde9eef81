/** A file that a patch changes. */
export interface PatchFile {
  /** Current path, or the last path of a deleted file. */
  readonly path: string;
  readonly oldPath: string;
  readonly kind: "added" | "deleted" | "modified" | "renamed" | "copied";
  readonly isBinary: boolean;
  /** The old and new mode, or null if the mode did not change. */
  readonly modeChange: { readonly from: string; readonly to: string } | null;
  readonly additions: number;
  readonly deletions: number;
  /** Lines of the hunks, as in the patch. */
  readonly lines: readonly string[];
}

const FILE_START = "diff --git ";
const HUNK_START = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/;

/** Returns the files of a patch, which is the output of `git diff`. Accepts truncated output. */
export function parsePatch(patch: string): readonly PatchFile[] {
  const lines = patch.split("\n");
  const files: PatchFile[] = [];
  let at = lines.findIndex((line) => line.startsWith(FILE_START));
  while (at >= 0 && at < lines.length) {
    const head = readHead(lines, at);
    const body = readHunks(lines, head.next);
    files.push({ ...head.file, ...body.counts, lines: lines.slice(head.next, body.next) });
    at = body.next;
    while (at < lines.length && !lines[at]!.startsWith(FILE_START)) at += 1;
  }
  return files;
}

/** Parses the header lines of a file, before its first hunk. `next` is the index of the line after them. */
function readHead(lines: readonly string[], start: number) {
  const paths = pathsOfFirstLine(lines[start]!.slice(FILE_START.length));
  let { oldPath, newPath } = paths;
  let kind: PatchFile["kind"] = "modified";
  let isBinary = false;
  const mode: { from?: string; to?: string } = {};
  let next = start + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next]!;
    if (line.startsWith("@@ ") || line.startsWith(FILE_START)) break;
    const [, name = "", value = ""] =
      /^(rename from|rename to|copy from|copy to|new file mode|deleted file mode|old mode|new mode|---|\+\+\+|Binary files|GIT binary patch)(?: (.*))?$/s.exec(
        line,
      ) ?? [];
    if (name === "new file mode") kind = "added";
    else if (name === "deleted file mode") kind = "deleted";
    else if (name === "old mode") mode.from = value;
    else if (name === "new mode") mode.to = value;
    else if (name.startsWith("Binary") || name.startsWith("GIT")) isBinary = true;
    else if (name === "---") oldPath = pathAfterPrefix(value) ?? oldPath;
    else if (name === "+++") newPath = pathAfterPrefix(value) ?? newPath;
    else if (name.endsWith("from")) oldPath = unquote(value);
    else if (name.endsWith("to")) {
      newPath = unquote(value);
      kind = name.startsWith("rename") ? "renamed" : "copied";
    }
  }
  const modeChange =
    mode.from !== undefined && mode.to !== undefined ? { from: mode.from, to: mode.to } : null;
  return {
    next,
    file: { path: newPath, oldPath, kind, isBinary, modeChange },
  };
}

/**
 * Counts the lines of the hunks. Every line of a hunk begins with a sign, so the parser never mistakes content for a
 * header. `next` is the index of the line after the hunks.
 */
function readHunks(lines: readonly string[], start: number) {
  const counts = { additions: 0, deletions: 0 };
  let next = start;
  while (HUNK_START.test(lines[next] ?? "")) {
    for (next += 1; next < lines.length; next += 1) {
      const sign = lines[next]![0];
      if (sign === "+") counts.additions += 1;
      else if (sign === "-") counts.deletions += 1;
      else if (sign !== " " && sign !== "\\") break;
    }
  }
  return { next, counts };
}

/**
 * Returns the path in the first header line, as both the old and the new path. The line contains the path twice. If the
 * paths differ, later header lines contain them.
 */
function pathsOfFirstLine(paths: string): { oldPath: string; newPath: string } {
  if (paths.startsWith('"')) {
    const [first = ""] = /^"(?:[^"\\]|\\.)*"/s.exec(paths) ?? [];
    const path = unquote(first).slice(2);
    return { oldPath: path, newPath: path };
  }
  const path = paths.slice(2, 2 + (paths.length - "a/ b/".length) / 2);
  return { oldPath: path, newPath: path };
}

/**
 * Returns the path without its prefix, or null for `/dev/null`. Removes the tab that git appends to a path with a
 * space.
 */
function pathAfterPrefix(written: string): string | null {
  if (written === "/dev/null") return null;
  return unquote(written.replace(/\t$/, "")).slice(2);
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Decodes a path that git quoted in C style. Bytes outside ASCII are octal escapes of UTF-8. */
function unquote(path: string): string {
  if (!path.startsWith('"') || !path.endsWith('"') || path.length < 2) return path;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [, octal, escaped, plain] of path.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...encoder.encode(plain ?? escapes[escaped!] ?? escaped));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
