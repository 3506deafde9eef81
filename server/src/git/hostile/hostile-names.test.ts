import assert from "node:assert/strict";
import { test } from "node:test";
import { shell } from "../git-fixture.ts";
import { startHostile, wholeTurn } from "./hostile-fixture.ts";

test("preserves names with line breaks, escape codes, dashes and pathspec magic", async (t) => {
  const world = await startHostile(t);
  const names = [
    "--upload-pack=touch x",
    "-u",
    ":(exclude)README.md",
    ":!x",
    "line\nend",
    "\u001b[31mred\u001b[0m",
    "*.txt",
    "a\\b",
    'quo"te',
    " lead and trail ",
    "\ttab",
    "\u202egnp.exe",
    "CON",
    "readme.MD",
  ];
  for (const name of names) world.write(name, `${name}\n`);
  shell(world.site, "printf x > \"$(printf 'not-utf8-\\377')\"");
  const sha = await wholeTurn(world);
  const tree = world.at(world.site.capturePath, "ls-tree", "-r", "-z", "--name-only", sha).split("\0");
  for (const name of [...names, "README.md", ".gitignore"])
    assert.ok(tree.includes(name), JSON.stringify(name));
  assert.ok(tree.some((name) => name.startsWith("not-utf8-")));
  assert.equal(world.harness("status", "--porcelain"), "");
});

test("excludes names that another operating system treats as .git, and keeps the rest", async (t) => {
  const world = await startHostile(t);
  const names = [
    ".GIT/config",
    ".Git/x",
    "git~1/x",
    ".git /x",
    ".git./x",
    ".g\u200cit/x",
    "deep/.GIT/hooks/pre-commit",
  ];
  for (const name of names) world.write(name, "x\n");
  world.write("deep/kept.txt", "x\n");
  world.write(".github/kept.yml", "x\n");
  const sha = await wholeTurn(world);
  const tree = world.at(world.site.capturePath, "ls-tree", "-r", "-z", "--name-only", sha).split("\0");
  assert.deepEqual(tree.filter((name) => name !== "").sort(), [
    ".github/kept.yml",
    ".gitignore",
    "README.md",
    "deep/kept.txt",
  ]);
  assert.match(world.warnings.join(), /some files could not be captured/);
  shell(world.site, "git -c core.protectNTFS=false -c core.protectHFS=false add 'git~1'");
  assert.match(world.harness("ls-files"), /git~1\/x/, "control");
});

test("attributes that rewrite or encode files run no program and change no content", async (t) => {
  const world = await startHostile(t);
  world.write(
    ".gitattributes",
    "*.txt export-subst ident working-tree-encoding=UTF-16 text eol=crlf\n* export-ignore\n",
  );
  world.write("a.txt", "$Format:%an$ $Id$\n");
  world.write("b.dat", "$Id$\n");
  const sha = await wholeTurn(world);
  assert.equal(world.at(world.site.capturePath, "show", `${sha}:b.dat`), "$Id$");
  assert.equal(world.at(world.site.capturePath, "show", `${sha}:a.txt`), "$Format:%an$ $Id$");
  assert.match(world.warnings.join(), /git attributes cannot be applied/);
  world.write("a.txt", "more\n");
  assert.throws(() => world.harness("add", "a.txt"), /BOM is required/, "control");
});
