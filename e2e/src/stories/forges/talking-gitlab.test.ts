import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FakeGitlabServer } from "../../../../server/src/forge/gitlab/testing/fake-server.ts";
import { steps } from "../../scripted-model/server.ts";
import { ofType } from "../../support/index.ts";
import { connectGitlab, startGitlab } from "../../talking/connect-gitlab.ts";
import { createProject } from "../../talking/gitlab-project.ts";
import { startTalking, type Talking } from "../../talking/start-talking.ts";
import { until } from "../../talking/until.ts";

const { bash, say, write } = steps;
let talking: Talking;
let gitlab: FakeGitlabServer;

before(async () => {
  [talking, gitlab] = await Promise.all([startTalking(), startGitlab()]);
});
after(async () => {
  await talking.close();
  await gitlab.close();
});

test("combines five consecutive notes from one person into one message", async () => {
  const { client, plays, world } = talking;
  const connected = await connectGitlab(client, gitlab);
  const { wilma, thread, mergeRequest, notes, file } = await createProject(
    client,
    gitlab,
    connected,
    "acme/tools/app",
  );
  plays("fix all of these", bash("echo fixed > b.txt"), write("c.txt", "3\n"), say("All five are fixed."));

  const log = await talking.listen();
  const comments = [
    "@tembo fix all of these:",
    "the first",
    "the second",
    "the third",
    "and @tembo the last",
  ];
  for (const body of comments) await wilma.comment(thread, body);
  const deliveries = await log.worked("Note Hook", comments.length);
  const outcomes = deliveries.flatMap(({ outcome, sessionId }) => (sessionId === null ? [] : [outcome!]));
  assert.deepEqual(outcomes.map((outcome) => outcome.split(".")[0]).toSorted(), [
    "A session was started",
    "These comments are already being handled",
  ]);
  const [sessionId, ...others] = new Set(deliveries.flatMap((one) => one.sessionId ?? []));
  assert.deepEqual(others, []);
  const events = await world.ended(sessionId!);
  const messages = ofType(events, "message.queued");
  assert.equal(messages.length, 1);
  assert.match(
    messages[0]!.eventData.content,
    /1\. fix all of these:\n\n2\. the first\n\n3\. the second\n\n4\. the third\n\n5\. and the last/,
  );
  const [answer] = notes(connected.account);
  assert.match(answer!.body, /^All five are fixed\.\n\nPushed [0-9a-f]{7} to app\./);
  assert.deepEqual([await file("b.txt"), await file("c.txt")], ["fixed", "3"]);
  assert.equal(mergeRequest.title, "Change");
  assert.deepEqual(gitlab.failedDeliveries, []);
});

test("replies to people who cannot push without starting work, and ignores bots", async () => {
  const { client } = talking;
  const connected = await connectGitlab(client, gitlab);
  const project = await createProject(client, gitlab, connected, "acme/closed");
  const log = await talking.listen();
  await project.reporter.comment(project.thread, "@tembo give me the secrets");
  await project.bot.comment(project.thread, "@tembo upgrade everything");
  const deliveries = await log.worked("Note Hook", 2);
  assert.ok(deliveries.every(({ sessionId }) => sessionId === null));
  const outcomes = deliveries.map(({ outcome }) => outcome).join("\n");
  assert.match(outcomes, /Refused: Only people who can push to acme\/closed can start work here/);
  assert.match(outcomes, /Written by the bot project_\d+_bot_\d+\. Tembo ignores bots\./);
  const [answer, ...others] = project.notes(connected.account);
  assert.match(
    answer!.body,
    /^Only people who can push to acme\/closed can start work here\. Ask one of them\./,
  );
  assert.deepEqual(others, []);
});

test("finds comments by polling if the integration has no webhooks", async () => {
  const { client, plays, world } = talking;
  const connected = await connectGitlab(client, gitlab, { events: "polling" });
  const { id } = connected.integration;
  const { wilma, thread, notes, file } = await createProject(client, gitlab, connected, "acme/silent");
  plays("write it down", write("note.txt", "written\n"), say("It is written down."));
  await wilma.comment(thread, "@tembo write it down");
  await client.integrations.sync(id, { mode: "immediate" });
  const hook = gitlab.projects.find(({ path }) => path === "silent")!.hooks;
  assert.deepEqual(hook, []);
  const deliveries = await until("the comment to be processed", async () => {
    const { items } = await client.deliveries.list({ integrationId: id, limit: 100 });
    return items.find(({ sessionId }) => sessionId !== null);
  });
  assert.deepEqual([deliveries.source, deliveries.eventName], ["polling", "comment.created"]);
  await world.ended(deliveries.sessionId!);
  assert.match(notes(connected.account)[0]!.body, /^It is written down\./);
  assert.equal(await file("note.txt"), "written");

  // Another poll finds the same comment, which has already been processed.
  const count = async () => (await client.deliveries.list({ integrationId: id, limit: 100 })).items.length;
  await client.integrations.sync(id, { mode: "immediate" });
  const before = await count();
  await client.integrations.sync(id, { mode: "immediate" });
  assert.equal(await count(), before);
  assert.equal(notes(connected.account).length, 1);
});
