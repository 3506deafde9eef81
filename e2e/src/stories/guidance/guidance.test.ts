import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ofType, startWorld, type World } from "../../support/index.ts";

let world: World;
let organizationId: string;

before(async () => {
  world = await startWorld();
  const { orgId } = await world.client.me.retrieve();
  assert.ok(orgId !== null);
  organizationId = orgId;
});
after(() => world.close());

/**
 * Starts a session, or continues `sessionId`, and waits for the turn. Returns the turn's model requests without the
 * harness's background requests.
 */
async function work(prompt: string, repositories: readonly string[], turns = 1, sessionId?: string) {
  const before = world.model.requests.length;
  const id = sessionId ?? (await world.client.session.create({ prompt, repositories: [...repositories] })).id;
  if (sessionId !== undefined) await world.client.session.messages.create(id, { content: prompt });
  const events = await world.ended(id, turns);
  const requests = world.model.requests.slice(before).filter(({ isBackground }) => !isBackground);
  return { id, events, requests, all: JSON.stringify(requests.at(-1)?.userTexts) };
}

const count = (text: string, words: string) => text.split(words).length - 1;

test("passes a repository's first rule file once to a harness that does not read that file", async () => {
  const repository = await world.repository("rules/app", {
    "tembo.md": "Use tabs, says the guide.\n",
    ".cursorrules": "Not this one.\n",
  });
  const first = await work('Hello. SCRIPT(say("Hi."))', [repository.url]);
  assert.equal(count(first.all, "Use tabs, says the guide."), 1, first.all);
  assert.match(first.all, /repository-rules repository=\\"app\\" file=\\"tembo.md\\"/);
  assert.doesNotMatch(first.all, /Not this one/);
  const second = await work('Again. SCRIPT(say("Hi again."))', [], 2, first.id);
  assert.equal(second.requests.length > 0, true);
  assert.equal(count(second.all, "Use tabs, says the guide."), 1, "does not send the rules again");
});

test("does not repeat rules that the harness reads itself", async () => {
  for (const [index, files] of [
    { "CLAUDE.md": "Always say please here.\n" },
    { "AGENTS.md": "Always say please here.\n" },
    { "AGENTS.md": "Always say please here.\n", "CLAUDE.md": "@AGENTS.md\n" },
  ].entries()) {
    const repository = await world.repository(`rules/own-${index}`, files);
    const { all } = await work('Hello. SCRIPT(say("Hi."))', [repository.url]);
    assert.equal(count(all, "Always say please here."), 1, JSON.stringify(files));
    assert.doesNotMatch(all, /repository-rules/);
  }
});

test("adds the rules from a file that takes precedence over the one that the harness reads", async () => {
  const repository = await world.repository("rules/both", {
    "AGENTS.md": "Rules for all agents.\n",
    "CLAUDE.md": "Rules for one agent.\n",
  });
  const { all } = await work('Hello. SCRIPT(say("Hi."))', [repository.url]);
  assert.equal(count(all, "Rules for all agents."), 1);
  assert.equal(count(all, "Rules for one agent."), 1);
});

test("passes every repository's rules, regardless of the folder in which the harness starts", async () => {
  const one = await world.repository("rules/one", { "CLAUDE.md": "Rules of one.\n" });
  const two = await world.repository("rules/two", { "tembo.md": "Rules of two.\n", "AGENTS.md": "Later.\n" });
  const { all } = await work('Hello. SCRIPT(say("Hi."))', [one.url, two.url]);
  for (const words of ["Rules of one.", "Rules of two."]) assert.equal(count(all, words), 1, words);
  assert.doesNotMatch(all, /Later\./);
});

test("reports an unusable rule file in the session, and continues", async () => {
  const repository = await world.repository("rules/large", { "tembo.md": "x".repeat(70_000) });
  const { events } = await work('Hello. SCRIPT(say("Hi."))', [repository.url]);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.ok(
    ofType(events, "notice").some(({ eventData }) => /tembo\.md exceeds the limit/.test(eventData.message)),
  );
});

test("passes the organization's system prompt and commit instructions to the harness", async () => {
  const { organizations } = world.client;
  await organizations.settings.update(organizationId, {
    customSystemPrompt: "You are the herald of Acme.",
    commitInstructions: "start with an emoji",
  });
  try {
    const repository = await world.repository("rules/settings", { "a.txt": "1\n" });
    const { requests, all } = await work('Hello. SCRIPT(say("Hi."))', [repository.url]);
    const last = requests.at(-1)!;
    assert.equal(count(last.systemText, "You are the herald of Acme."), 1);
    assert.ok(last.systemText.length > 1_000, "keeps the harness's own system prompt");
    assert.doesNotMatch(
      all,
      /Co-Authored-By: Claude/,
      "the prompts request no Co-Authored-By trailer for Claude",
    );
    assert.match(all, /commit them yourself.*start with an emoji/);
  } finally {
    await organizations.settings.update(organizationId, { customSystemPrompt: "", commitInstructions: "" });
  }
});

/** Returns the descriptions of skills that the harness sends to its model. */
const skillsIn = (text: string) =>
  Array.from(text.matchAll(/How (\w+) is done, says (\w+)/g), ([, what, who]) => `${what} of ${who}`).sort();
const skillFile = (name: string, who: string) =>
  `---\nname: ${name}\ndescription: How ${name} is done, says ${who}\n---\n\nSteps of ${name}.\n`;

test("passes skills from the organization and other harnesses' folders to the harness, and commits none", async () => {
  const { skills } = world.client;
  const made = await skills.create({
    name: "releasing",
    description: "How releasing is done, says acme",
    files: [
      { filename: "SKILL.md", content: "Read [the list](list.md)." },
      { filename: "list.md", content: "First the changelog.\n" },
    ],
  });
  const repository = await world.repository("skills/app", {
    ".claude/skills/own/SKILL.md": skillFile("own", "claude"),
    ".codex/skills/testing/SKILL.md": skillFile("testing", "codex"),
    ".cursor/skills/naming/SKILL.md": skillFile("naming", "cursor"),
    ".opencode/skills/naming/SKILL.md": skillFile("naming", "opencode"),
  });
  const first = await work(
    'Read. SCRIPT(bash("cat ~/.claude/skills/releasing/list.md; git status --short"), write("a.txt", "a\\n"), say("Read."))',
    [repository.url],
  );
  assert.deepEqual(skillsIn(first.all), [
    "naming of opencode",
    "own of claude",
    "releasing of acme",
    "testing of codex",
  ]);
  assert.match(
    first.requests.map(({ lastToolResult }) => lastToolResult).join(),
    /First the changelog\.\s*,|First the changelog\.$/m,
  );
  const { items } = await world.client.session.diffs.list(first.id);
  assert.equal(items[0]?.changedFiles, 1, "the diff contains no skill files");

  assert.deepEqual(await skills.delete(made.id), { id: made.id, deleted: true });
  const second = await work('Again. SCRIPT(bash("ls ~/.claude/skills"), say("Again."))', [], 2, first.id);
  const listed = second.requests.findLast(
    ({ lastToolResult }) => lastToolResult !== undefined,
  )?.lastToolResult;
  assert.deepEqual(listed?.split("<system-reminder>")[0]?.trim().split(/\s+/), ["naming", "testing"]);
});

test("lists the skills on the base branch of each repository", async () => {
  const { skills, repositories } = world.client;
  const repository = await world.repository("skills/listed", {
    ".claude/skills/own/SKILL.md": skillFile("own", "claude"),
    ".opencode/skill/naming/SKILL.md": skillFile("naming", "opencode"),
    ".cursor/skills/naming/SKILL.md": skillFile("naming", "cursor"),
    ".cursor/skills/nothing/README.md": "No skill.",
  });
  const list = (repositoryIds: string[]) => skills.list({ source: "repository", repositoryIds });
  assert.deepEqual(
    (await list([repository.id])).items,
    [],
    "lists no skills before a session has fetched the repository",
  );
  await work('Hello. SCRIPT(write(".codex/skills/own-branch/SKILL.md", "no"), say("Hi."))', [repository.url]);
  const { items, nextCursor } = await list([repository.id]);
  assert.equal(nextCursor, null);
  assert.deepEqual(
    items.map(({ name, description, source }) => [name, description, source]),
    [
      ["naming", "How naming is done, says opencode", "repository"],
      ["own", "How own is done, says claude", "repository"],
    ],
  );
  const other = await world.repository("skills/other", { "a.txt": "1\n" });
  assert.deepEqual((await list([other.id])).items, []);
  await repositories.update(repository.id, { enabled: false });
  assert.deepEqual((await list([repository.id])).items, []);
});

test("rejects a skill that cannot be stored, and explains the fix", async () => {
  const { skills } = world.client;
  const file = { filename: "SKILL.md", content: "So." };
  const body = { name: "refused", description: "Refused.", files: [file] };
  for (const [wrong, message] of [
    [{ name: "../up" }, /cannot be used as a folder name/],
    [{ files: [{ filename: "notes.md", content: "" }] }, /requires a SKILL\.md/],
    [{ files: [file, { filename: "../../.bashrc", content: "" }] }, /not a valid path inside/],
  ] as const)
    await assert.rejects(
      skills.create({ ...body, ...wrong, files: [...(("files" in wrong && wrong.files) || body.files)] }),
      message,
    );
  const { id } = await skills.create(body);
  await assert.rejects(skills.create(body), /A skill named "refused" already exists/);
  const changed = await skills.update(id, { files: [file, { filename: "more/a.md", content: "a" }] });
  assert.deepEqual(
    changed.files.map(({ filename }) => filename),
    ["SKILL.md", "more/a.md"],
  );
  const { items } = await skills.list({ search: "refus", names: ["refused"] });
  assert.deepEqual(items, [
    { id, name: "refused", description: "Refused.", keywords: [], source: "organization" },
  ]);
  await skills.delete(id);
  await assert.rejects(skills.retrieve(id), /Skill .* was not found/);
});
