import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { SessionEvent, SessionEventList } from "@tembo/contract";
import { connectForge } from "../forges/connect-forge.ts";
import { eventually } from "../forges/eventually.ts";
import { WEBHOOK_SECRET } from "../forges/github.ts";
import { type Forges, startForges } from "../forges/start-forges.ts";
import { closeAll, startTogether } from "../forges/start-together.ts";
import type { SeenPullRequest } from "../forges/story-forge.ts";
import { steps } from "../scripted-model/server.ts";
import { dumpDatabase } from "../support/database.ts";
import { filesWith } from "../support/files-with.ts";
import {
  API_KEY,
  assertSeamless,
  endings,
  git,
  ofType,
  remoteFile,
  startWorld,
  type World,
  withClone,
} from "../support/index.ts";
import { resultsOf } from "../support/tool-results.ts";

const FOLDERS = { github: "api", gitlab: "web", gitea: "app" } as const;

let forges: Forges;
let world: World;
/** Of the integrations, by the kind of forge. */
const ids: Record<string, string> = {};
let sessionId: string;
/** Of the session, by the kind of forge, as last seen. */
let opened: Readonly<Record<string, SeenPullRequest>>;

before(async () => {
  [world, forges] = await startTogether(startWorld(), startForges());
});
// The product first: forges still tell it things.
after(() => closeAll([world, forges]));

/** The one pull request of each forge. */
async function onePullRequestEach(): Promise<Record<string, SeenPullRequest>> {
  const found: Record<string, SeenPullRequest> = {};
  for (const forge of forges.all) {
    const pulls = await forge.pullRequests();
    assert.equal(pulls.length, 1, `${forge.type} has one pull request`);
    found[forge.type] = pulls[0]!;
  }
  return found;
}

/** Everything told so far of the session. */
async function eventsNow(): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const response = await world.checked.fetch(
      `${world.url}/v1/sessions/${sessionId}/events?limit=100${cursor && `&cursor=${cursor}`}`,
      { headers: { authorization: `Bearer ${API_KEY}` } },
    );
    assert.equal(response.status, 200, await response.clone().text());
    const page = (await response.json()) as SessionEventList;
    events.push(...page.items);
    cursor = page.nextCursor;
  }
  return events;
}

const messagesNow = async () => ofType(await eventsNow(), "message.queued").length;

/** What the product has heard from GitHub, newest first. */
async function heard() {
  const { items } = await world.client.deliveries.list({ integrationId: ids.github, limit: 100 });
  return items;
}

/** Waits until all that GitHub told of this has been worked. */
async function worked(what: string, fits: (body: string) => boolean) {
  return eventually(what, async () => {
    const all = await Promise.all((await heard()).map(({ id }) => world.client.deliveries.retrieve(id)));
    const told = all.filter(({ body }) => fits(body));
    return told.length > 0 && told.every(({ status }) => status !== "received") && told;
  });
}

/** The table stands in each pull request once, names all three, and marks the one it stands in. */
function assertLinked(pulls: Readonly<Record<string, SeenPullRequest>>): void {
  for (const forge of forges.all) {
    const { body } = pulls[forge.type]!;
    assert.equal(body.split("These belong together:").length, 2, `one table in ${forge.type}`);
    for (const other of forges.all) {
      const { number, url } = pulls[other.type]!;
      const link = `[${other.repository}#${number}](${url})`;
      const shown = other === forge ? `| **${link}** (this one) |` : `| ${link} |`;
      assert.ok(body.includes(shown), `${shown} in ${forge.type}:\n${body}`);
    }
  }
}

test("three forges are connected, each with our webhook", async () => {
  for (const forge of forges.all) {
    ids[forge.type] = await connectForge(world.client, forge);
  }
  const { items } = await world.client.repositories.list();
  assert.deepEqual(items.map(({ owner, name }) => `${owner}/${name}`).toSorted(), [
    "acme/api",
    "acme/app",
    "acme/tools/web",
  ]);
});

test("a session over three repositories opens three linked pull requests", async () => {
  world.model.script("Greet in all three.", [
    ...Object.values(FOLDERS).map((folder) =>
      steps.write(`${folder}/greeting.txt`, "hello\nworld\nand\nall\nof\nit\n"),
    ),
    steps.bash(
      "test -s api/greeting.txt && cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'; git -C api config --list; cat api/.git/config",
    ),
    steps.title("Greet everywhere"),
    steps.say("All three greet."),
  ]);
  const session = await world.client.session.create({
    prompt: "Greet in all three.",
    repositories: forges.all.map(({ repositoryUrl }) => repositoryUrl),
  });
  sessionId = session.id;
  const events = await world.ended(sessionId);
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  assert.equal(ofType(events, "pullRequest.opened").length, 3);

  const pulls = await onePullRequestEach();
  assertLinked(pulls);
  const { branchName } = await world.client.session.retrieve(sessionId);
  for (const forge of forges.all) {
    const { title, body, state, head, headSha } = pulls[forge.type]!;
    assert.deepEqual([title, state, head], ["Greet everywhere", "open", branchName]);
    assert.match(body, /## What\n\nAll three greet\./);
    assert.match(body, /## Why\n\n> Greet in all three\./);
    assert.match(body, /## How it was checked\n\n\S/);
    assert.ok(body.includes(`[Session of Tembo](${world.url}/sessions/${sessionId})`), body);
    assert.equal(
      await remoteFile(forge.cloneUrl, forge.token, head, "greeting.txt"),
      "hello\nworld\nand\nall\nof\nit",
    );
    const authors = await withClone(forge.cloneUrl, forge.token, head, (path) =>
      git(path, null, "log", "-1", "--format=%H %an %cn"),
    );
    assert.equal(authors, `${headSha} Tembo Tembo`);
  }
  const { items } = await world.client.pullRequests.list();
  assert.deepEqual(
    items
      .map(({ externalProvider, number, status, headSha, session }) => ({
        externalProvider,
        number,
        status,
        headSha,
        of: session?.id,
      }))
      .toSorted((a, b) => a.externalProvider.localeCompare(b.externalProvider)),
    forges.all
      .map(({ type }) => ({
        externalProvider: type,
        number: pulls[type]!.number,
        status: "open",
        headSha: pulls[type]!.headSha,
        of: sessionId,
      }))
      .toSorted((a, b) => a.externalProvider.localeCompare(b.externalProvider)),
  );
  opened = pulls;
});

test("no token of a forge comes near the sandbox, the events or the pull requests", async () => {
  const tokens = forges.all.map(({ token }) => token);
  const events = await eventsNow();
  const [probe = ""] = resultsOf(events).filter((result) => result.includes("ANTHROPIC_BASE_URL"));
  assert.notEqual(probe, "", "the probe saw the environment");
  const told = JSON.stringify([events, opened, world.model.requests]);
  for (const token of [...tokens, WEBHOOK_SECRET])
    for (const form of [token, Buffer.from(`x-access-token:${token}`).toString("base64")])
      assert.ok(!told.includes(form), "a token was told");
  // The database keeps them sealed, which the control below can tell from in the clear.
  assert.deepEqual(await filesWith(world.dataDir, [...tokens, WEBHOOK_SECRET]), []);
  const rows = [...(await dumpDatabase(world.dataDir)).values()].flat().join("\n");
  for (const token of [...tokens, WEBHOOK_SECRET])
    assert.ok(!rows.includes(token), "a token lies in the database");
  assert.notDeepEqual(await filesWith(world.dataDir, ["Greet in all three."]), []);
});

const COMMENTS = [
  "Say hello in capitals.",
  "The world too.",
  "@tembo mend all of these in every repository.",
  "And this.",
  "It is not done.",
];

test("a review with five comments is one message, and all three pull requests are updated", async () => {
  world.model.script("mend all of these", [
    ...Object.values(FOLDERS).map((folder) => steps.write(`${folder}/greeting.txt`, "HELLO\n")),
    steps.say("All three shout now."),
  ]);
  const { number } = opened.github!;
  const review = await forges.github.ada.ask<{ id: number }>("POST", `/pulls/${number}/reviews`, {
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
  const messages = ofType(events, "message.queued").map(({ eventData }) => String(eventData.content));
  assert.equal(messages.length, 2);
  COMMENTS.forEach((comment, index) => {
    const words = comment.replace("@tembo ", "");
    assert.ok(messages[1]!.includes(`${index + 1}. ${words}`), messages[1]);
  });
  assert.match(messages[1]!, /on the file greeting\.txt, line 5/);

  const pulls = await onePullRequestEach();
  assertLinked(pulls);
  for (const forge of forges.all) {
    const { head, headSha, body } = pulls[forge.type]!;
    assert.notEqual(headSha, opened[forge.type]!.headSha, `${forge.type} has a new head`);
    assert.equal(body, opened[forge.type]!.body);
    assert.equal(await remoteFile(forge.cloneUrl, forge.token, head, "greeting.txt"), "HELLO");
    const [author = "", trailers = ""] = (
      await withClone(forge.cloneUrl, forge.token, head, (path) =>
        git(path, null, "log", "-1", "--format=%an <%ae>, %cn%n%(trailers:key=Co-authored-by,valueonly)"),
      )
    ).split("\n");
    assert.match(author, /^ada <\d+\+ada@users\.noreply\.127\.0\.0\.1>, Tembo$/);
    assert.match(trailers, /^Tembo </);
  }
  const comments = await forges.github.ada.ask<{ id: number }[]>(
    "GET",
    `/pulls/${number}/reviews/${review.id}/comments`,
  );
  assert.equal(comments.length, 5);
  for (const { id } of comments) {
    const reactions = await forges.github.ada.ask<{ content: string; user: { login: string } }[]>(
      "GET",
      `/pulls/comments/${id}/reactions`,
    );
    const ours = reactions.filter(({ user }) => user.login === "tembo-bot").map(({ content }) => content);
    assert.deepEqual(ours.toSorted(), ["eyes", "rocket"]);
  }
  const answers = await forges.github.ada.ask<{ body: string; user: { login: string } }[]>(
    "GET",
    `/issues/${number}/comments`,
  );
  assert.deepEqual(
    answers.map(({ user }) => user.login),
    ["tembo-bot"],
  );
  assert.match(answers[0]!.body, /All three shout now\./);
  opened = pulls;
});

test("a comment that calls nobody starts nothing", async () => {
  const { number } = opened.github!;
  await forges.github.ada.ask("POST", `/issues/${number}/comments`, { body: "Nothing for a machine to do." });
  const told = await worked("the comment is worked", (body) => body.includes("Nothing for a machine to do."));
  assert.deepEqual(
    told.map(({ status }) => status),
    ["ignored"],
  );
  assert.equal(await messagesNow(), 2);
});

test("what is sent again or forged starts nothing", async () => {
  const { webhookUrl } = await world.client.integrations.settings.retrieve(ids.github!);
  const told = await worked("the review is worked", (body) => body.includes("mend all of these"));
  const before = (await heard()).length;
  const sign = (body: string, secret: string) =>
    `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const send = async (headers: Readonly<Record<string, string>>, body: string, signature: string) => {
    const response = await fetch(webhookUrl, {
      method: "POST",
      headers: { ...headers, "x-hub-signature-256": signature },
      body,
    });
    return [response.status, ((await response.json()) as { status?: string }).status];
  };
  for (const { headers: kept, body, isBodyCut } of told) {
    assert.equal(isBodyCut, false);
    const names = Object.keys(kept).filter((name) => /^(content-type|x-github-.*)$/.test(name));
    const headers = Object.fromEntries(names.map((name) => [name, kept[name]!]));
    const good = sign(body, WEBHOOK_SECRET);
    assert.deepEqual(await send(headers, body, good), [202, "duplicate"]);
    const another = { ...headers, "x-github-delivery": randomUUID() };
    assert.deepEqual(await send(another, body, sign(body, "a-secret-that-nobody-gave")), [401, undefined]);
    assert.deepEqual(await send(another, `${body} `, good), [401, undefined]);
    // The control: signed rightly it is heard, and then the comments turn out to be worked already.
    assert.deepEqual(await send(another, body, good), [202, "accepted"]);
  }
  assert.equal((await heard()).length, before + told.length);
  const again = await worked("the second telling is worked", (body) => body.includes("mend all of these"));
  const started = again.filter(({ outcome }) => outcome?.includes("The session got a message."));
  assert.equal(started.length, 1, JSON.stringify(again.map(({ outcome }) => outcome)));
  assert.equal(await messagesNow(), 2);
  assert.equal(ofType(await eventsNow(), "turn.started").length, 2);
  assert.deepEqual(await onePullRequestEach(), opened);
});

test("what GitLab or Gitea did not sign is refused", async () => {
  const headers = {
    gitlab: { "x-gitlab-event": "Note Hook", "x-gitlab-token": "nobody-gave-this" },
    gitea: {
      "x-gitea-event": "issue_comment",
      "x-gitea-delivery": randomUUID(),
      "x-gitea-signature": "0".repeat(64),
    },
  };
  for (const [type, forged] of Object.entries(headers)) {
    const { webhookUrl } = await world.client.integrations.settings.retrieve(ids[type]!);
    const init = { method: "POST", headers: { "content-type": "application/json", ...forged }, body: "{}" };
    assert.equal((await fetch(webhookUrl, init)).status, 401, type);
    // The control: what the forge itself told was taken.
    const { items } = await world.client.deliveries.list({ integrationId: ids[type], limit: 100 });
    assert.ok(items.length > 0 && items.every(({ status }) => status !== "failed"), type);
  }
});

test("a pull request that a person merges is merged here too", async () => {
  const { number } = opened.github!;
  await forges.github.ada.ask("PUT", `/pulls/${number}/merge`, {});
  const merged = await eventually("our record is merged", async () => {
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
  assert.equal(await messagesNow(), 2);
});
