import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { type SkillPlacement, skillPlacer } from "./skill-placer.ts";

function setUp(t: TestContext) {
  const base = mkdtempSync(join(tmpdir(), "tembo-skills-"));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const [home, workspace] = [join(base, "home"), join(base, "workspace")];
  for (const path of [home, workspace]) mkdirSync(path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const place = (change: Partial<SkillPlacement>) => {
    const placement: SkillPlacement = {
      home,
      folder: ".codex/skills",
      record: ".placed.json",
      skills: [],
      sources: [],
      maxEntries: 20,
      ...change,
    };
    return spawnSync(process.execPath, ["-e", skillPlacer], {
      input: JSON.stringify(placement),
      encoding: "utf8",
    });
  };
  const names = () =>
    readdirSync(join(home, ".codex/skills"))
      .filter((name) => name !== ".placed.json")
      .sort();
  const read = (path: string) => readFileSync(join(home, ".codex/skills", path), "utf8");
  return { base, home, workspace, write, place, names, read };
}

const skill = (name: string, text = "So.") => ({
  name,
  files: [
    { path: "SKILL.md", text },
    { path: "scripts/deep/run.sh", text: "true" },
  ],
});

test("writes skills, replaces them on later calls, and removes those that are gone", (t) => {
  const { place, names, read, home, write } = setUp(t);
  assert.equal(place({ skills: [skill("one"), skill("two")] }).status, 0);
  assert.deepEqual(names(), ["one", "two"]);
  assert.equal(read("one/scripts/deep/run.sh"), "true");
  write(join(home, ".codex/skills/own/SKILL.md"), "the harness's own");
  assert.equal(place({ skills: [skill("two", "Changed.")] }).status, 0);
  assert.deepEqual(names(), ["own", "two"]);
  assert.equal(read("two/SKILL.md"), "Changed.");
  assert.equal(place({}).status, 0);
  assert.deepEqual(names(), ["own"]);
});

test("copies a repository's skills, the first of each name, in preference to the organization's", (t) => {
  const { place, names, read, workspace, write } = setUp(t);
  const [first, second] = [join(workspace, "a/.cursor/skills"), join(workspace, "b/.claude/skills")];
  write(join(first, "one/SKILL.md"), "first");
  write(join(second, "one/SKILL.md"), "second");
  write(join(second, "two/SKILL.md"), "second");
  write(join(second, "no-skill/README.md"), "");
  write(join(second, "file"), "");
  const placed = place({
    skills: [skill("two", "organization"), skill("three")],
    sources: [first, join(workspace, "none"), second],
  });
  assert.equal(placed.status, 0, placed.stderr);
  assert.deepEqual(names(), ["one", "three", "two"]);
  assert.deepEqual([read("one/SKILL.md"), read("two/SKILL.md")], ["first", "second"]);
});

test("neither follows nor copies symbolic links", (t) => {
  const { place, names, workspace, home, base, write } = setUp(t);
  const outside = join(base, "outside");
  mkdirSync(outside);
  symlinkSync(outside, join(home, ".codex"));
  const source = join(workspace, "a/.claude/skills");
  write(join(source, "one/SKILL.md"), "first");
  symlinkSync(outside, join(source, "one/way"));
  symlinkSync(outside, join(source, "linked"));
  assert.equal(place({ skills: [skill("two")], sources: [source] }).status, 0);
  assert.deepEqual(readdirSync(outside), []);
  assert.deepEqual(names(), ["one", "two"]);
  assert.ok(!existsSync(join(home, ".codex/skills/one/way")));
});

test("removes nothing outside the folder when the record was tampered with", (t) => {
  const { place, home, write } = setUp(t);
  write(join(home, "kept.txt"), "1");
  for (const record of ['["../../kept.txt", "..", ".", "", 1]', "{}", "not json"]) {
    write(join(home, ".codex/skills/.placed.json"), record);
    assert.equal(place({ skills: [skill("one")] }).status, 0, record);
    assert.ok(existsSync(join(home, "kept.txt")));
  }
});

test("fails with a message when there are too many files", (t) => {
  const { place, workspace, write } = setUp(t);
  const source = join(workspace, "a/.claude/skills");
  write(join(source, "one/SKILL.md"), "");
  for (let index = 0; index < 30; index++) write(join(source, `one/${index}.txt`), "");
  const placed = place({ sources: [source] });
  assert.notEqual(placed.status, 0);
  assert.match(placed.stderr, /^Error: the repositories' skills have more than 20 files$/m);
});
