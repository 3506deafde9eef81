import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { connectForge } from "../../forges/connect-forge.ts";
import {
  githubHeaders,
  githubSignature,
  listDeliveries,
  sendAsGithub,
  waitUntilProcessed,
} from "../../forges/deliveries.ts";
import { eventually } from "../../forges/eventually.ts";
import { WEBHOOK_SECRET } from "../../forges/github.ts";
import { assertLinked, onePullRequestEach, type PullRequests } from "../../forges/linked.ts";
import { type Forges, startForges } from "../../forges/start-forges.ts";
import { closeAll, startTogether } from "../../forges/start-together.ts";
import { steps } from "../../scripted-model/server.ts";
import { dumpDatabase } from "../../support/database.ts";
import { filesWith } from "../../support/files-with.ts";
import {
  assertSeamless,
  endings,
  git,
  ofType,
  reachingLoopback,
  remoteFile,
  startWorld,
  type World,
  withClone,
} from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";

const PROMPT = "Greet in all three.";
const FOLDERS = ["api", "web", "app"];
const GREETING = "hello\nworld\nand\nall\nof\nit";
const COMMENTS = [
  "Say hello in capitals.",
  "The world too.",
  "@tembo fix all of these in every repository.",
  "And this.",
  "It is not done.",
];

/** The forges of all tests. Each test continues where the previous test ended. */
let forges: Forges;
let world: World;
/** IDs of the integrations, by kind of forge. */
const ids: Record<string, string> = {};
let sessionId: string;
/** The pull requests, as last read by a test. */
let opened: PullRequests;

before(async () => {
  [world, forges] = await startTogether(startWorld({ env: reachingLoopback }), startForges());
});
// Closes the world first, because the forges still send it webhooks.
after(() => closeAll([world, forges]));

/** Counts the messages and the turns of the session. */
async function asked() {
  const events = await world.events(sessionId);
  return { messages: ofType(events, "message.queued").length, turns: ofType(events, "turn.started").length };
}

test("connects three forges, and lists their repositories", async () => {
  for (const forge of forges.all) ids[forge.type] = await connectForge(world.client, forge);
  const { items } = await world.client.repositories.list();
  assert.deepEqual(items.map(({ owner, name }) => `${owner}/${name}`).toSorted(), [
    "acme/api",
    "acme/app",
    "acme/tools/web",
  ]);
});

test("opens three linked pull requests for a session with three repositories", async () => {
  world.model.script(PROMPT, [
    ...FOLDERS.map((folder) => steps.write(`${folder}/greeting.txt`, `${GREETING}\n`)),
    steps.bash("cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'; cat */.git/config"),
    steps.bash("test -s api/greeting.txt"),
    steps.title("Greet everywhere"),
    steps.say("All three greet."),
  ]);
  const session = await world.client.session.create({
    prompt: PROMPT,
    repositories: forges.all.map(({ repositoryUrl }) => repositoryUrl),
  });
  sessionId = session.id;
  const events = await world.ended(sessionId);
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  assert.equal(ofType(events, "pullRequest.opened").length, 3);

  opened = await onePullRequestEach(forges);
  assertLinked(forges, opened);
  const { branchName } = await world.client.session.retrieve(sessionId);
  const { items } = await world.client.pullRequests.list();
  assert.equal(items.length, 3);
  for (const { type, cloneUrl, token } of forges.all) {
    const { number, title, body, state, head, headSha, url } = opened[type]!;
    assert.deepEqual([title, state, head], ["Greet everywhere", "open", branchName]);
    assert.match(body, /## What\n\nAll three greet\./);
    assert.match(body, /## Why\n\n> Greet in all three\./);
    assert.match(body, /## Verification\n\n- .*`test -s api\/greeting\.txt`: succeeded \(exit code 0\)/s);
    assert.ok(body.includes(`[Tembo session](${world.url}/sessions/${sessionId})`), body);
    assert.equal(await remoteFile(cloneUrl, token, head, "greeting.txt"), GREETING);
    const last = await withClone(cloneUrl, token, head, (path) =>
      git(path, null, "log", "-1", "--format=%H %an %cn"),
    );
    assert.equal(last, `${headSha} Tembo Tembo`);
    const listed = items.find(({ externalProvider }) => externalProvider === type);
    assert.deepEqual(
      [listed?.number, listed?.url, listed?.status, listed?.headSha, listed?.session?.id],
      [number, url, "open", headSha, sessionId],
    );
  }
});

test("keeps forge tokens out of the sandbox, the events and the pull requests", async () => {
  const secrets = [...forges.all.map(({ token }) => token), WEBHOOK_SECRET];
  const events = await world.events(sessionId);
  assert.ok(
    resultsOf(events).some((result) => result.includes("ANTHROPIC_BASE_URL")),
    "control: the output has the environment",
  );
  const visible = JSON.stringify([events, opened, world.model.requests]);
  const rows = [...(await dumpDatabase(world.dataDir)).values()].flat().join("\n");
  for (const secret of secrets) {
    assert.ok(!rows.includes(secret), "the database stores the secret encrypted");
    // The base64 form of a secret depends on its alignment.
    const encoded = ["", "-", "--"].map((start) =>
      Buffer.from(start + secret)
        .toString("base64")
        .slice(4, -4),
    );
    for (const form of [secret, ...encoded])
      assert.ok(
        !visible.includes(form),
        "the events, pull requests and model requests do not contain the secret",
      );
  }
  assert.deepEqual(await filesWith(world.dataDir, secrets), []);
  // Control: the prompt, which is not secret, occurs in each of these places.
  assert.ok(visible.includes(PROMPT) && rows.includes(PROMPT));
  assert.notDeepEqual(await filesWith(world.dataDir, [PROMPT]), []);
});

test("combines a review with five comments into one message, and updates all three pull requests", async () => {
  world.model.script("fix all of these", [
    ...FOLDERS.map((folder) => steps.write(`${folder}/greeting.txt`, "HELLO\n")),
    steps.say("All three shout now."),
  ]);
  const { ask } = forges.github.ada;
  const { number } = opened.github!;
  const review = await ask<{ id: number }>("POST", `/pulls/${number}/reviews`, {
    event: "REQUEST_CHANGES",
    body: "",
    comments: COMMENTS.map((body, index) => ({ path: "greeting.txt", line: index + 1, body })),
  });
  const events = await world.ended(sessionId, 2);
  assertSeamless(events);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed", "turn.completed"],
  );
  assert.deepEqual(await asked(), { messages: 2, turns: 2 });
  const message = String(ofType(events, "message.queued")[1]?.eventData.content);
  for (const [index, comment] of COMMENTS.entries()) {
    assert.ok(message.includes(`${index + 1}. ${comment.replace("@tembo ", "")}`), message);
    assert.ok(
      message.includes(`Comment ${index + 1} is by ada, on the file greeting.txt, line ${index + 1}.`),
    );
  }

  const pulls = await onePullRequestEach(forges);
  assertLinked(forges, pulls);
  for (const { type, cloneUrl, token } of forges.all) {
    const { head, headSha, body } = pulls[type]!;
    assert.notEqual(headSha, opened[type]!.headSha, `${type} has a new head`);
    assert.equal(body, opened[type]!.body);
    assert.equal(await remoteFile(cloneUrl, token, head, "greeting.txt"), "HELLO");
    const last = await withClone(cloneUrl, token, head, (path) =>
      git(path, null, "log", "-1", "--format=%an <%ae>, %cn, %(trailers:key=Co-authored-by,valueonly)"),
    );
    assert.match(last, /^ada <\d+\+ada@users\.noreply\.127\.0\.0\.1>, Tembo, Tembo </);
  }
  opened = pulls;

  const comments = await ask<{ id: number }[]>("GET", `/pulls/${number}/reviews/${review.id}/comments`);
  assert.equal(comments.length, 5);
  for (const { id } of comments) {
    const reactions = await ask<{ content: string }[]>("GET", `/pulls/comments/${id}/reactions`);
    assert.deepEqual(reactions.map(({ content }) => content).toSorted(), ["eyes", "rocket"]);
  }
  const answers = await ask<{ body: string; user: { login: string } }[]>("GET", `/issues/${number}/comments`);
  assert.deepEqual(
    answers.map(({ user }) => user.login),
    ["tembo-bot"],
  );
  assert.match(answers[0]!.body, /All three shout now\./);
});

test("ignores a comment without a mention", async () => {
  const commentText = "Nothing for a machine to do.";
  await forges.github.ada.ask("POST", `/issues/${opened.github!.number}/comments`, { body: commentText });
  const deliveries = await waitUntilProcessed(world.client, ids.github!, ({ body }) =>
    body.includes(commentText),
  );
  assert.deepEqual(
    deliveries.map(({ status }) => status),
    ["ignored"],
  );
  assert.deepEqual(await asked(), { messages: 2, turns: 2 });
});

test("ignores a redelivered review, and rejects a forged one", async () => {
  const { webhookUrl } = await world.client.integrations.settings.retrieve(ids.github!);
  const ofReview = () =>
    waitUntilProcessed(world.client, ids.github!, ({ eventName }) =>
      eventName.startsWith("pull_request_review"),
    );
  const deliveries = await ofReview();
  assert.equal(deliveries.length, 1 + COMMENTS.length);
  const before = await listDeliveries(world.client, ids.github!);
  for (const { headers: kept, body } of deliveries) {
    const headers = githubHeaders(kept);
    const signature = githubSignature(body, WEBHOOK_SECRET);
    assert.deepEqual(await sendAsGithub(webhookUrl, headers, body, signature), [202, "duplicate"]);
    const another = { ...headers, "x-github-delivery": randomUUID() };
    const forged = githubSignature(body, "a-secret-that-nobody-gave");
    assert.deepEqual(await sendAsGithub(webhookUrl, another, body, forged), [401, undefined]);
    assert.deepEqual(await sendAsGithub(webhookUrl, another, `${body} `, signature), [401, undefined]);
    assert.deepEqual(await sendAsGithub(webhookUrl, another, body, signature), [202, "duplicate"]);
    // Control: another body with a valid signature is accepted. Its comments have already been processed.
    const changed = `${body} `;
    const ofChanged = githubSignature(changed, WEBHOOK_SECRET);
    assert.deepEqual(await sendAsGithub(webhookUrl, another, changed, ofChanged), [202, "accepted"]);
  }
  assert.equal((await listDeliveries(world.client, ids.github!)).length, before.length + deliveries.length);
  const outcomes = (await ofReview()).map(({ outcome }) => outcome);
  const started = outcomes.filter((outcome) => outcome?.includes("The session received a message."));
  assert.equal(started.length, 1, JSON.stringify(outcomes));
  assert.deepEqual(await asked(), { messages: 2, turns: 2 });
  assert.deepEqual(await onePullRequestEach(forges), opened);
});

test("rejects a webhook that GitLab or Gitea did not sign", async () => {
  const wrong = {
    gitlab: { "x-gitlab-event": "Note Hook", "x-gitlab-token": "nobody-gave-this" },
    gitea: { "x-gitea-event": "issue_comment", "x-gitea-signature": "0".repeat(64) },
  };
  for (const [type, headers] of Object.entries(wrong)) {
    const { webhookUrl } = await world.client.integrations.settings.retrieve(ids[type]!);
    const response = await fetch(webhookUrl, { method: "POST", headers, body: "{}" });
    assert.equal(response.status, 401, type);
    // Control: deliveries from the forge itself are accepted.
    const forgeDeliveries = await listDeliveries(world.client, ids[type]!);
    assert.ok(forgeDeliveries.length > 0 && forgeDeliveries.every(({ status }) => status !== "failed"), type);
  }
});

test("records that a person merged the pull request", async () => {
  const { number } = opened.github!;
  await forges.github.ada.ask("PUT", `/pulls/${number}/merge`, {});
  const merged = await eventually("the merged pull request", async () => {
    const { items } = await world.client.pullRequests.list();
    return items.find(({ status }) => status === "merged");
  });
  assert.deepEqual([merged.externalProvider, merged.number, merged.state], ["github", number, "merged"]);
  assert.notEqual(merged.mergedAt, null);
  const others = (await world.client.pullRequests.list()).items.filter(({ id }) => id !== merged.id);
  assert.deepEqual(
    others.map(({ status }) => status),
    ["open", "open"],
  );
  assert.deepEqual(await asked(), { messages: 2, turns: 2 });
});
