import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type DiffFile, parsePatch } from "./parse-patch.ts";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "tembo-patch-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const numbered = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join("");

/** Returns the output of `git diff` after `change` has modified a folder with these files. */
function patchOf(name: string, files: Record<string, string>, change: (root: string) => void): string {
  const root = join(folder, name);
  mkdirSync(root);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
      cwd: root,
      encoding: "utf8",
    });
  git("init", "--quiet");
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
  git("add", ".");
  git("commit", "--quiet", "--allow-empty", "-m", "first");
  change(root);
  git("add", "-A");
  return git("diff", "--cached", "--find-renames", "--no-color");
}

function shortOf({ path, oldPath, kind, isBinary, additions, deletions }: DiffFile) {
  return { path, oldPath, kind, isBinary, additions, deletions };
}

test("parses a change in the middle of a file", () => {
  const [file] = parsePatch(
    patchOf("change", { "a.txt": numbered }, (root) =>
      writeFileSync(join(root, "a.txt"), numbered.replace("line 10\n", "line ten\nand more\n")),
    ),
  );
  assert.deepEqual(shortOf(file!), {
    path: "a.txt",
    oldPath: "a.txt",
    kind: "modified",
    isBinary: false,
    additions: 2,
    deletions: 1,
  });
  const [hunk] = file!.hunks;
  assert.deepEqual(
    [hunk!.oldStart, hunk!.oldLines, hunk!.newStart, hunk!.newLines, hunk!.changes.length],
    [7, 7, 7, 8, 9],
  );
  assert.deepEqual(hunk!.changes[4], { type: "insert", isInsert: true, content: "line ten", lineNumber: 10 });
  const last = hunk!.changes.at(-1)!;
  assert.deepEqual(last, {
    type: "normal",
    isNormal: true,
    content: "line 13",
    oldLineNumber: 13,
    newLineNumber: 14,
  });
});

test("parses new, deleted, empty, binary, renamed and executable files", () => {
  const patch = patchOf(
    "kinds",
    {
      "gone.txt": "a\n",
      "old name.txt": numbered,
      "same.txt": numbered.replaceAll("line", "row"),
      "run.sh": "#!\n",
    },
    (root) => {
      rmSync(join(root, "gone.txt"));
      renameSync(join(root, "old name.txt"), join(root, "new name.txt"));
      writeFileSync(join(root, "new name.txt"), numbered.replace("line 5\n", "line five\n"));
      renameSync(join(root, "same.txt"), join(root, "moved.txt"));
      writeFileSync(join(root, "empty one.txt"), "");
      writeFileSync(join(root, "two words.bin"), Buffer.from([0, 1, 2, 0]));
      chmodSync(join(root, "run.sh"), 0o755);
    },
  );
  const plain = { isBinary: false, additions: 0, deletions: 0 };
  const files = parsePatch(patch);
  const byPath = new Map(files.map((file) => [file.path, shortOf(file)]));
  assert.equal(files.length, 6);
  assert.deepEqual(byPath.get("gone.txt"), {
    ...plain,
    path: "gone.txt",
    oldPath: "gone.txt",
    kind: "deleted",
    deletions: 1,
  });
  assert.deepEqual(byPath.get("new name.txt"), {
    ...plain,
    path: "new name.txt",
    oldPath: "old name.txt",
    kind: "renamed",
    additions: 1,
    deletions: 1,
  });
  assert.deepEqual(byPath.get("moved.txt"), {
    ...plain,
    path: "moved.txt",
    oldPath: "same.txt",
    kind: "renamed",
  });
  assert.deepEqual(byPath.get("empty one.txt"), {
    ...plain,
    path: "empty one.txt",
    oldPath: "empty one.txt",
    kind: "added",
  });
  assert.deepEqual(byPath.get("two words.bin"), {
    ...plain,
    path: "two words.bin",
    oldPath: "two words.bin",
    kind: "added",
    isBinary: true,
  });
  const script = files.find(({ path }) => path === "run.sh");
  assert.deepEqual(script!.modeChange, { from: "100644", to: "100755" });
});

test("parses paths that git quotes", () => {
  const name = 'grün "a"\t\\.txt';
  const patch = patchOf("quoted", {}, (root) => {
    writeFileSync(join(root, name), "one\n");
    writeFileSync(join(root, "größe.bin"), Buffer.from([0, 1]));
  });
  assert.deepEqual(
    parsePatch(patch)
      .map(({ path }) => path)
      .sort(),
    [name, "größe.bin"].sort(),
  );
});

test("does not mistake changed lines that look like headers for headers", () => {
  const hostile =
    "-- a/other\n++ b/other\ndiff --git a/x b/x\n@@ -1 +1 @@\nBinary files a/x and b/x differ\n";
  const patch = patchOf("hostile", { "a.txt": hostile }, (root) =>
    writeFileSync(join(root, "a.txt"), `-- b\n++ b\n${hostile}`),
  );
  const files = parsePatch(
    patch + patchOf("hostile-deleted", { "b.txt": hostile }, (root) => rmSync(join(root, "b.txt"))),
  );
  assert.deepEqual(
    files.map(({ path, additions, deletions }) => [path, additions, deletions]),
    [
      ["a.txt", 2, 0],
      ["b.txt", 0, 5],
    ],
  );
});

test("keeps every line of a file without a newline at its end", () => {
  const patch = patchOf("ending", { "a.txt": "one\ntwo" }, (root) =>
    writeFileSync(join(root, "a.txt"), "one\nthree"),
  );
  const [file] = parsePatch(patch);
  assert.deepEqual(
    file!.hunks[0]!.changes.map(({ content }) => content),
    ["one", "two", "three"],
  );
});

test("parses a truncated patch up to its end", () => {
  const patch = patchOf("cut", { "a.txt": numbered, "b.txt": numbered }, (root) => {
    writeFileSync(join(root, "a.txt"), `new\n${numbered}`);
    writeFileSync(join(root, "b.txt"), numbered.replace("line 10\n", "x\n"));
  });
  const cut = patch.slice(0, patch.indexOf("-line 10") + "-line 10\n".length);
  const files = parsePatch(cut);
  assert.deepEqual(
    files.map(({ path, additions, deletions }) => [path, additions, deletions]),
    [
      ["a.txt", 1, 0],
      ["b.txt", 0, 1],
    ],
  );
  assert.deepEqual(parsePatch(""), []);
  assert.deepEqual(parsePatch("no patch at all"), []);
});
