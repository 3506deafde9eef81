import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, git, pushFiles, startWorld, type World, withClone } from "../../support/index.ts";
import { createPerson } from "../../talking/person.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(() => world.close());

/** Creates a repository that has commits with these subjects, oldest first. */
async function repositoryWith(path: string, subjects: readonly string[], files: Record<string, string> = {}) {
  const repository = await world.repository(path, { "src/login/code.ts": "1\n", ...files });
  for (const [index, subject] of subjects.entries())
    await pushFiles(repository.url, API_KEY, "main", { "count.txt": `${index}\n` }, subject);
  return repository;
}

/** Returns the full messages of the commits on the session's branch that main does not contain, newest first. */
async function commitsOf(sessionId: string, url: string): Promise<string[]> {
  const { branchName } = await world.client.session.retrieve(sessionId);
  const log = await withClone(url, API_KEY, branchName!, (path) =>
    git(path, null, "log", "--format=%B%x00", "origin/main..HEAD"),
  );
  return log.split("\0").flatMap((message) => (message.trim() === "" ? [] : [message.trim()]));
}

async function work(url: string, prompt: string): Promise<string> {
  const session = await world.client.session.create({ prompt, repositories: [url] });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return session.id;
}

const conventional = ["feat(login): add codes", "fix(login): check expiry", "feat(api): answer more"];

test("commits the harness's changes with messages in the style of the repository's history", async () => {
  const commitMessage =
    "The expiry of a code is checked before the code itself, so that an old one tells nothing.";
  for (const [path, history, subject] of [
    ["commits/conventional", conventional, "fix(login): fix the expiry of codes"],
    [
      "commits/areas",
      ["login: add codes", "api: answer more", "login: check"],
      "login: fix the expiry of codes",
    ],
    [
      "commits/tickets",
      ["APP-1: Add codes", "APP-2: Check expiry", "APP-3: Answer"],
      "APP-7: Fix the expiry of codes",
    ],
    ["commits/plain", ["Add codes", "Check expiry", "Answer more"], "Fix the expiry of codes"],
  ] as const) {
    const repository = await repositoryWith(path, history);
    const prompt = `Please fix the expiry of codes. See APP-7. SCRIPT(bash("echo 2 > src/login/code.ts"), say("${commitMessage}"))`;
    const [message, ...others] = await commitsOf(await work(repository.url, prompt), repository.url);
    assert.deepEqual(others, []);
    const [first, , ...rest] = message!.split("\n");
    assert.equal(first, subject, path);
    assert.match(
      rest.join(" "),
      /^The expiry of a code is checked before the code itself, so that an old one tells nothing\./,
    );
    assert.ok(
      message!.split("\n").every((line) => line.length <= 72),
      message,
    );
    assert.match(message!, /\nTembo-Session: [0-9a-f-]{36}$/);
  }
});

test("derives a follow-up commit's subject from the message, and commits prePush changes separately", async () => {
  const repository = await repositoryWith("commits/follow", conventional, {
    ".tembo.json": JSON.stringify({ prePush: "echo checked >> checked.txt" }),
  });
  const id = await work(repository.url, 'Add a greeting. SCRIPT(write("a.txt", "a\\n"), say("Greeted."))');
  await world.client.session.messages.create(id, {
    content: 'Rename it to hello. SCRIPT(bash("mv a.txt src/login/hello.txt"), say("Renamed."))',
  });
  await world.ended(id, 2);
  const subjects = (await commitsOf(id, repository.url)).map((message) => message.split("\n")[0]);
  assert.deepEqual(subjects, [
    "chore: apply the changes made by prePush",
    "refactor(login): rename it to hello",
    "chore: apply the changes made by prePush",
    "feat: add a greeting",
  ]);
});

test("passes the organization's commit instructions to the harness, and keeps its commits unchanged", async () => {
  const { orgId } = await world.client.me.retrieve();
  const { settings } = world.client.organizations;
  await settings.update(orgId!, { commitInstructions: "Begin with a sparkle." });
  try {
    const repository = await repositoryWith("commits/own", conventional);
    const id = await work(
      repository.url,
      'Add a greeting. SCRIPT(bash("echo hi > hi.txt && git add hi.txt && git commit -qm \'✨ Greet\'"), say("Greeted."))',
    );
    assert.match(JSON.stringify(world.model.requests.at(-1)?.userTexts), /Begin with a sparkle\./);
    assert.deepEqual(await commitsOf(id, repository.url), ["✨ Greet"]);
  } finally {
    await settings.update(orgId!, { commitInstructions: "" });
  }
});

test("gives a pull request a short title, and describes the change, its reason and the checks", async () => {
  const repository = await repositoryWith("commits/pull", ["Add codes"]);
  const title = "Fix the expiry of every code that was ever sent to anybody by mail or by phone";
  const id = await work(
    repository.url,
    `${title}. SCRIPT(write("test.sh", "exit 0\\n"), write("failing-test.sh", "exit 1\\n"), bash("sh test.sh # the tests"), bash("sh failing-test.sh 2>&1 | tail -3"), bash("sh failing-test.sh; true"), say("All expire."))`,
  );
  const [pull] = await createPerson(world.url, API_KEY, "commits/pull").pullRequests();
  assert.ok(pull!.title.length <= 72, pull!.title);
  assert.match(pull!.title, /^Fix the expiry of every code .*…$/);
  assert.match(pull!.body, /## What\n\nAll expire\./);
  assert.match(pull!.body, /## Why\n\n> Fix the expiry/);
  assert.match(
    pull!.body,
    /## Verification\n\n- `sh test\.sh # the tests`: succeeded \(exit code 0\)\n\n---\n/,
  );
  assert.ok(pull!.body.includes(`/sessions/${id})`), pull!.body);
});
