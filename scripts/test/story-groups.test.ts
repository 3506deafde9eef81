import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { chooseSuites, groups } from "./choose-suites.ts";
import { groupOfStory, longBrowserStories, nightlyStories, shortStories } from "./story-groups.ts";

const root = join(import.meta.dirname, "../..");
const stories = join(root, "e2e/src");
const named = [...shortStories, ...longBrowserStories, ...nightlyStories];

test("each story that a group names exists, and is in one group", () => {
  assert.deepEqual(
    named.filter((story) => !existsSync(join(stories, story))),
    [],
  );
  assert.equal(new Set(named).size, named.length);
});

test("a story that no group names runs in npm run check", () => {
  assert.equal(groupOfStory("e2e/src/stories/recovery/recovery.test.ts"), "long");
  assert.equal(groupOfStory("e2e/src/browser/sessions/work.test.ts"), "browser");
  assert.equal(groupOfStory("e2e/src/scripted-model/server.test.ts"), "e2e");
  for (const story of nightlyStories) assert.equal(groupOfStory(`e2e/src/${story}`), "nightly", story);
});

test("the contract suite runs on all harnesses with --all, or if a path names one", () => {
  const packages = (choice: { readonly file?: string; readonly isAll?: boolean }) =>
    chooseSuites({ root, groups: ["harnesses"], file: choice.file, isAll: choice.isAll ?? false })
      .flatMap(({ files }) => files)
      .filter((file) => file.includes("/real/"))
      .map((file) => basename(file, ".test.ts"));
  const all = packages({ isAll: true });
  assert.ok(all.length > 3);
  assert.deepEqual(packages({}), ["claude-code", "codex"]);
  for (const harness of all) assert.deepEqual(packages({ file: `/${harness}.test` }), [harness]);
});

test("the guide for contributors lists all groups", () => {
  const guide = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const listed = [...guide.matchAll(/^\| `(\w+)` \|/gm)].map(([, group]) => group);
  assert.deepEqual(listed, groups);
});
