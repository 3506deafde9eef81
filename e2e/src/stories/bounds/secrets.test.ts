import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { type Step, steps } from "../../scripted-model/server.ts";
import { dumpDatabase } from "../../support/database.ts";
import { filesWith } from "../../support/files-with.ts";
import { API_KEY, git, ofType, remoteFile, startWorld, type World, withClone } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";
import { resultsOf } from "../../support/tool-results.ts";

/**
 * Value of the secret. The value contains characters that base64url and URL encoding change. It starts with a capital
 * letter, which no branch name contains.
 */
const VALUE = "Zk9/q7+tembo?Value=42~plain&x";
/** A secret that is never printed. */
const QUIET = "quiet-9f81c07d5b3e6a24";
const MASK = "[secret DEPLOY_TOKEN]";

let world: World;
let organizationId: string;
/** IDs from the control, which printed the value before it was a secret. */
let openIds: readonly string[];

before(async () => {
  world = await startWorld({ env: { TEMBO_LOG_LEVEL: "trace" } });
  organizationId = (await world.client.me.retrieve()).orgId!;
});
after(async () => {
  await world.close();
});

/**
 * Forms of the value in text. There is one standard base64 form for each alignment. Each
 * base64 form contains only the part that does not depend on the surrounding text.
 */
const FORMS: Readonly<Record<string, string>> = {
  raw: VALUE,
  "base64, first": Buffer.from(VALUE).toString("base64").slice(0, 36),
  "base64, second": Buffer.from(`-${VALUE}`).toString("base64").slice(2, 38),
  "base64, third": Buffer.from(`--${VALUE}`).toString("base64").slice(3, 39),
  base64url: Buffer.from(VALUE).toString("base64url").slice(0, 36),
  "URL-encoded": encodeURIComponent(VALUE),
};

function formsIn(what: unknown): string[] {
  const text = JSON.stringify(what);
  return Object.entries(FORMS).flatMap(([name, form]) => (text.includes(form) ? [name] : []));
}

/** Steps that print the value in every form, write it to a file and repeat it in two consecutive texts. */
const EXPOSING_STEPS: readonly Step[] = [
  steps.bash(
    [
      `t='${VALUE}'`,
      'printf "raw %s\\n" "$t"',
      'for before in "" - --; do printf "%s%s" "$before" "$t" | base64 -w0; echo; done',
      'printf %s "$t" | base64 -w0 | tr +/ -_; echo',
      `node -e 'console.log(encodeURIComponent(process.argv[1]))' "$t"`,
      `node -e 'const [t] = process.argv.slice(1); process.stdout.write(t.slice(0, 9)); setTimeout(() => console.log(t.slice(9)), 300)' "$t"`,
      'printf "token=%s\\n" "$t" > config.txt',
    ].join("; "),
  ),
  steps.say(`It is ${VALUE.slice(0, 11)}`),
  steps.say(`${VALUE.slice(11)}, as told.`),
];

const HOOK = `echo "the hook has ${VALUE}"; exit 3`;

/**
 * Runs a session whose prompt, hook, commands, file and texts contain the value. Returns everything that Tembo shows of
 * the session.
 */
async function exposeEverywhere(owner: string) {
  const repository = await world.repository(`${owner}/app`, {
    ".tembo.json": JSON.stringify({ setupScript: HOOK }),
  });
  const words = `Deploy ${owner} with ${VALUE} now.`;
  // The value also spans the positions at which commit messages and pull request bodies are truncated.
  const prompt = [4_995, 9_995].reduce((text, end) => text.padEnd(end, ". ") + VALUE, words);
  world.model.script(words, [steps.title(`Deployed ${owner} with ${VALUE}`), ...EXPOSING_STEPS]);
  const { id } = await world.client.session.create({ prompt, repositories: [repository.url] });
  const events = await world.ended(id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const session = await world.client.session.retrieve(id);
  const { items: diffs } = await world.client.session.diffs.list(id);
  const pullRequests = await world.client.pullRequests.list();
  return {
    ids: [id, repository.id],
    events,
    listed: await everyEvent(id),
    session,
    diff: (await world.client.session.diffs.retrieve(id, diffs[0]!.id)).data,
    pullRequest: pullRequests.items.find(({ sourceBranch }) => sourceBranch === session.branchName)!,
    commits: await withClone(repository.url, API_KEY, session.branchName!, (path) =>
      git(path, null, "log", "--format=%B", "origin/main..HEAD"),
    ),
    file: await remoteFile(repository.url, API_KEY, session.branchName!, "config.txt"),
  };
}

async function everyEvent(id: string): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await world.client.session.listEvents(id, { cursor, limit: 10 });
    events.push(...page.items);
    cursor = page.nextCursor;
  }
  return events;
}

const joinText = (events: readonly SessionEvent[]) =>
  ofType(events, "text")
    .map(({ eventData }) => eventData.text)
    .join("");
/** Excludes the user's own messages, which are shown as typed. */
const withoutPrompts = (events: readonly SessionEvent[]) =>
  events.filter(({ eventType }) => eventType !== "message.queued");
/**
 * Returns the error message and the IDs of a turn that fails on a malformed script. The model's error response repeats
 * the script's text.
 */
async function failureWith(words: string) {
  const { id } = await world.client.session.create({ prompt: `Fail. SCRIPT(say("a") ${words})` });
  const last = (await world.ended(id)).at(-1)!;
  assert.equal(last.eventType, "turn.failed");
  const { turnId, error } = last.eventData as unknown as {
    turnId: string;
    error: { message: string };
  };
  return { ids: [id, turnId], sentence: error.message };
}

test("control: shows text that is not a secret unchanged, in every place and form", async () => {
  const shown = await exposeEverywhere("open");
  const failed = await failureWith(VALUE);
  openIds = [...shown.ids, ...failed.ids];
  assert.deepEqual(formsIn(withoutPrompts(shown.events)), Object.keys(FORMS));
  assert.deepEqual(formsIn(ofType(shown.events, "hook.finished")), ["raw"]);
  assert.match(joinText(shown.events), /It is Zk9.*plain&x, as told/);
  assert.equal(
    resultsOf(shown.events)[0]!.split(VALUE).length - 1,
    2,
    "the output has the value whole and in two writes",
  );
  assert.ok(shown.diff.includes(`+token=${VALUE}`));
  assert.ok(shown.pullRequest.title!.includes(VALUE) && shown.pullRequest.description!.includes(VALUE));
  assert.ok(shown.commits.includes(VALUE));
  assert.ok(failed.sentence.includes(VALUE));
});

test("passes secrets set through the API and the CLI to programs as environment variables", async () => {
  const kept = await world.client.organizations.secrets.create(organizationId, {
    key: "DEPLOY_TOKEN",
    value: VALUE,
  });
  assert.equal(formsIn(kept).length, 0);
  const set = await runTembo(world, ["secret", "set", "QUIET_TOKEN"], `${QUIET}\n`);
  assert.equal(set.code, 0, set.output);
  world.model.script("Prove it.", [
    steps.bash('for v in "$DEPLOY_TOKEN" "$QUIET_TOKEN"; do printf %s "$v" | sha256sum; done'),
    steps.say("Proven."),
  ]);
  const session = await world.client.session.create({ prompt: "Prove it." });
  const [proof] = resultsOf(await world.ended(session.id));
  for (const value of [VALUE, QUIET])
    assert.match(proof!, new RegExp(createHash("sha256").update(value).digest("hex")));
});

test("masks every form of a secret in events, diff, pull request and commit message, but not in the committed file", async () => {
  const shown = await exposeEverywhere("masked");
  for (const events of [shown.events, shown.listed]) {
    for (const event of withoutPrompts(events)) assert.deepEqual(formsIn(event), [], JSON.stringify(event));
  }
  assert.deepEqual(shown.listed, shown.events);
  assert.deepEqual(
    formsIn(ofType(shown.events, "message.queued")),
    ["raw"],
    "the person's own message is not masked",
  );
  const [result] = resultsOf(shown.events);
  // Seven occurrences: raw, three base64 forms, base64url, URL-encoded and split into two writes.
  assert.equal(result!.split(MASK).length - 1, 7, result);
  assert.equal(joinText(shown.events), `It is ${MASK}, as told.`);
  assert.match(
    JSON.stringify(ofType(shown.events, "hook.finished")),
    /the hook has \[secret DEPLOY_TOKEN\]\\n/,
  );
  assert.ok(shown.diff.includes(`+token=${MASK}`) && !shown.diff.includes(VALUE), shown.diff);
  assert.deepEqual(formsIn(shown.pullRequest), []);
  assert.ok(shown.pullRequest.title!.includes(MASK) && shown.pullRequest.description!.includes(MASK));
  assert.ok(shown.commits.includes(MASK));
  for (const text of [shown.commits, shown.pullRequest.description!])
    assert.ok(!text.includes(VALUE.slice(0, 5)), "no part of the secret remains after truncation");
  assert.match(shown.session.title, /^Deployed masked with \[secret DEPLOY_TOKEN\]$/);
  assert.match(shown.session.branchName!, /^tembo\/deploy-masked-with-secret-deploy-token-n-[0-9a-f]{8}$/);
  assert.equal(shown.file, `token=${VALUE}`);
});

test("masks a secret in a failure message", async () => {
  const { sentence } = await failureWith(VALUE);
  assert.ok(sentence.includes(MASK) && formsIn(sentence).length === 0, sentence);
});

test("masks a secret in the pull request and the artifact that the agent requests from session tools", async () => {
  const repository = await world.repository("tools/app", { "a.txt": "1\n" });
  const prompt = "Open the pull request with the tool.";
  world.model.script(prompt, [
    steps.bash(
      [
        "echo 2 > a.txt",
        `tembo pull-request create --title 'Use ${VALUE}' --body 'Because of ${VALUE}.'`,
        `tembo artifact create --title 'Has ${VALUE}' --content 'Is ${VALUE}' --file-name '${VALUE}.txt'`,
      ].join(" && "),
    ),
    steps.say("Done."),
  ]);
  const { id } = await world.client.session.create({ prompt, repositories: [repository.url] });
  await world.ended(id);
  const session = await world.client.session.retrieve(id);
  const { items: pullRequests } = await world.client.pullRequests.list();
  const opened = pullRequests.find(({ sourceBranch }) => sourceBranch === session.branchName)!;
  assert.ok(JSON.stringify(opened).includes(`Because of ${MASK}.`), JSON.stringify(opened));
  const { items: artifacts } = await world.client.artifacts.list({ sessionId: id });
  const saved = artifacts.find(({ title }) => title === `Has ${MASK}`)!;
  assert.equal(saved.fileName, `${MASK}.txt`);
  const { content } = await world.client.artifacts.retrieve(saved.id);
  assert.equal(content, `Is ${MASK}`);
  assert.equal(opened.title, `Use ${MASK}`);
  assert.deepEqual(formsIn([opened, saved, await everyEvent(id)]), []);
});

test("masks a secret that is truncated in a session's title", async () => {
  const prompt = `Please look at why the deployment to staging is refused with the token ${VALUE} since today.`;
  const session = await world.client.session.create({ prompt, queueRightAway: false });
  assert.ok(!session.title.includes(VALUE.slice(0, 6)), session.title);
});

test("stores a secret in the database only as part of messages that a person wrote, and never logs it", async () => {
  const dump = await dumpDatabase(world.dataDir);
  const hex = Buffer.from(VALUE).toString("hex");
  const holders = (isOpen: boolean) =>
    [...dump].flatMap(([table, rows]) =>
      rows
        .filter((row) => openIds.some((id) => row.includes(id)) === isOpen)
        .filter((row) => formsIn(row).length > 0 || row.includes(hex))
        .map((row) => (row.includes("message.queued") ? `${table}, words` : table)),
    );
  assert.deepEqual([...new Set(holders(false))].sort(), [
    "public.events, words",
    "public.messages",
    "public.sessions",
  ]);
  for (const table of [
    "public.events",
    "public.diffs",
    "public.local_pull_requests",
    "dbos.operation_outputs",
  ])
    assert.ok(holders(true).includes(table), `control: ${table} contains text that is not a secret`);
  assert.deepEqual(formsIn(world.tembo.log()), []);
});

test("stores secrets and the master key in no file in the data folder except the key file", async () => {
  const keyFile = await readFile(join(world.dataDir, "master.key"), "utf8");
  const key = /^tembo-master-key-1:[0-9a-f]{16}:([\w-]{43})$/m.exec(keyFile)![1]!;
  const forms = (value: Buffer) => [value.toString("hex"), value.toString("base64").replace(/=+$/, "")];
  const secrets = [QUIET, ...forms(Buffer.from(QUIET)), key, ...forms(Buffer.from(key, "base64url"))];
  assert.deepEqual(await filesWith(world.dataDir, secrets), [join(world.dataDir, "master.key")]);
  const found = await filesWith(world.dataDir, ["Deploy masked with"]);
  assert.ok(
    found.some((path) => path.includes("/postgres/data/")),
    "control: the search finds text in the database",
  );
  assert.ok(
    found.some((path) => path.includes("/home/")),
    "control: the search finds text in the harness's files",
  );
});

test("does not pass a deleted secret to the next turn", async () => {
  const look = [steps.bash(`echo "token: $DEPLOY_TOKEN, ${VALUE}"`), steps.say("Looked.")];
  world.model.script("Look for it.", look);
  const session = await world.client.session.create({ prompt: "Look for it." });
  const before = resultsOf(await world.ended(session.id)).at(-1)!;
  assert.ok(before.includes(`token: ${MASK}, ${MASK}`), before);
  const deleted = await runTembo(world, ["secret", "delete", "DEPLOY_TOKEN"]);
  assert.equal(deleted.code, 0, deleted.output);
  world.model.script("Look again.", look);
  await world.client.session.messages.create(session.id, { content: "Look again." });
  const after = resultsOf(await world.ended(session.id, 2)).at(-1)!;
  assert.ok(after.includes(`token: , ${VALUE}`), after);
});
