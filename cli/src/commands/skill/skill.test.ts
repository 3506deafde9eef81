import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const at = "2026-01-01T00:00:00.000Z";
const item = {
  id: "s1",
  name: "release",
  description: "How we release.",
  keywords: [],
  source: "organization",
};
const skill = {
  id: "s1",
  name: "release",
  description: "How we release.",
  files: [{ id: "f1", filename: "SKILL.md", content: "First this.\nThen that.\n" }],
  createdAt: at,
  updatedAt: at,
};
const listed = { "GET /v1/skills": { items: [item], nextCursor: null } };
const none = { "GET /v1/skills": { items: [], nextCursor: null } };
const main = "---\nname: release\ndescription: 'How we release.'\n---\n\nFirst this.\n";

function aFolder(t: TestContext, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-skill-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

test("skill add sends a folder's files with the name and description from its SKILL.md", async (t) => {
  const folder = aFolder(t, { "SKILL.md": main, "scripts/run.sh": "true\n", ".git/config": "no" });
  await using api = await startFakeApi({ ...none, "POST /v1/skills": skill });
  const ran = await runCommand(["skill", "add", folder], { env: envOf(api) });
  assert.deepEqual(
    [ran.status, ran.stdout],
    [0, "Added skill release. Sessions use it from their next message.\n"],
  );
  assert.deepEqual(api.asked.at(-1)!.body, {
    name: "release",
    description: "How we release.",
    files: [
      { filename: "SKILL.md", content: main },
      { filename: "scripts/run.sh", content: "true\n" },
    ],
  });
});

test("skill add replaces the skill with the same name", async (t) => {
  const folder = aFolder(t, { "SKILL.md": "First this.\n" });
  await using api = await startFakeApi({ ...listed, "PATCH /v1/skills/s1": skill });
  const args = ["skill", "add", folder, "--name", "release", "--description", "Anew."];
  const ran = await runCommand(args, { env: envOf(api) });
  assert.match(ran.stdout, /^Updated skill release\./);
  assert.deepEqual(api.asked.at(-1)!.body, {
    description: "Anew.",
    files: [{ filename: "SKILL.md", content: "First this.\n" }],
  });
});

test("skill add reports why a folder is not a valid skill, and sends nothing", async (t) => {
  await using api = await startFakeApi(none);
  for (const [files, message] of [
    [{ "README.md": "" }, /has no SKILL\.md/],
    [{ "SKILL.md": "First this.\n" }, /has no description/],
    [{ "SKILL.md": main, "logo.png": Buffer.from([0x89, 0xff]) }, /not UTF-8 text/],
    [
      Object.fromEntries(Array.from({ length: 102 }, (_, index) => [`${index}.md`, ""])),
      /more than the maximum of 100 files/,
    ],
  ] as const) {
    const ran = await runCommand(["skill", "add", aFolder(t, files)], { env: envOf(api) });
    assert.equal(ran.status, 1);
    assert.match(ran.stderr, message);
  }
  const ran = await runCommand(["skill", "add", "/nowhere/at/all"], { env: envOf(api) });
  assert.match(ran.stderr, /is not a folder/);
  assert.deepEqual(api.asked, []);
});

test("skill list, show and remove find a skill by name", async () => {
  await using api = await startFakeApi({
    ...listed,
    "GET /v1/skills/s1": skill,
    "DELETE /v1/skills/s1": { id: "s1", deleted: true },
  });
  const run = (...args: string[]) => runCommand(["skill", ...args], { env: envOf(api) });
  assert.equal((await run("list")).stdout, "release\tHow we release.\n");
  assert.equal(
    (await run("show", "release")).stdout,
    "release: How we release.\n\nSKILL.md\nFirst this.\nThen that.\n",
  );
  assert.equal((await run("remove", "release")).stdout, "Removed skill release.\n");
  assert.equal(api.asked.at(-1)!.line, "DELETE /v1/skills/s1");
  const ran = await run("show", "other");
  assert.deepEqual(
    [ran.status, ran.stderr],
    [
      exitCodes.notFound.code,
      'tembo: Skill "other" was not found.\nNext: "tembo skill list" lists skills.\n',
    ],
  );
});
