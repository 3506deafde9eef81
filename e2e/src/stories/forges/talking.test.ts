import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { steps } from "../../scripted-model/server.ts";
import {
  API_KEY,
  endings,
  git,
  ofType,
  pushFiles,
  remoteFile,
  remoteHead,
  withClone,
} from "../../support/index.ts";
import { isTembo } from "../../talking/person.ts";
import { answers, startTalking, type Talking } from "../../talking/start-talking.ts";
import { until } from "../../talking/until.ts";

const { write, say, read, bash, mcp } = steps;
let talking: Talking;

before(async () => {
  talking = await startTalking();
});
after(() => talking.close());

test("opens a pull request that closes an issue with a mention", async () => {
  const { client, world, plays } = talking;
  const { repository, ada } = await talking.place("issue/app", { "sum.txt": "1+1=3\n" });
  await client.organizations.settings.update(await organizationId(), { deleteBranchWhenPrClosed: true });
  plays("fix the sum", bash("echo 1+1=2 > sum.txt"), say("The sum was wrong; it is two."));
  plays("note it too", write("notes.txt", "The sum is two.\n"), say("It is noted."));

  const log = await talking.listen();
  const issue = await ada.openIssue("It breaks", "It breaks when two are added. @tembo fix the sum");
  const [worked] = await log.worked("issues", 1);
  assert.equal(worked!.status, "worked");
  assert.match(worked!.outcome!, /^A session was started\./);
  assert.ok((await ada.reactions(`issues/${issue.number}`)).includes("eyes"));
  const sessionId = worked!.sessionId!;
  const [answer] = await answers(ada, issue.number, 1);
  const [pull, ...others] = await ada.pullRequests();
  assert.deepEqual(others, []);
  assert.match(pull!.body, new RegExp(`^Fixes #${issue.number}$`, "m"));
  assert.match(answer!, /^The sum was wrong; it is two\./);
  assert.ok(answer!.includes(pull!.html_url), answer);
  await until("the reaction that reports completion", async () =>
    (await ada.reactions(`issues/${issue.number}`)).includes("rocket"),
  );

  await ada.comment(issue.number, "Thank you. @tembo, please note it too.");
  const [again] = await log.worked("issue_comment", 1);
  assert.match(again!.outcome!, /^The session received a message\./);
  assert.equal(again!.sessionId, sessionId);
  await answers(ada, issue.number, 2);
  assert.equal((await ada.pullRequests()).length, 1);
  assert.equal(await remoteFile(repository.url, API_KEY, pull!.head.ref, "notes.txt"), "The sum is two.");

  const before = await world.ended(sessionId, 2);
  const replay = await client.deliveries.replay(worked!.id);
  const replayed = await until("the replayed delivery", async () => {
    const delivery = await client.deliveries.retrieve(replay.id);
    return delivery.status !== "received" && delivery;
  });
  assert.deepEqual([replayed.source, replayed.sessionId], ["replay", sessionId]);
  assert.match(replayed.outcome!, /^These comments are already being handled\./);
  assert.deepEqual(await talking.eventsOf(sessionId), before);

  await ada.merge(pull!.number);
  const { items } = await until("the merged pull request", async () => {
    const merged = await client.pullRequests.list({ state: "merged", repositoryIds: [repository.id] });
    return merged.items.length > 0 && merged;
  });
  assert.deepEqual(
    items.map(({ number, session }) => [number, session?.id]),
    [[pull!.number, sessionId]],
  );
  await until(
    "the deletion of the branch",
    async () => (await remoteHead(repository.url, API_KEY, pull!.head.ref)) === null,
  );
  assert.equal(await remoteFile(repository.url, API_KEY, "main", "sum.txt"), "1+1=2");
  assert.deepEqual(world.tembo.log().match(/"level":50.*/g), null, "the server logged no error");
});

test("commits to a person's own pull request in their name, and answers a line comment in its thread", async () => {
  const { plays, client } = talking;
  const { repository, ada } = await talking.place("own/app", { "a.txt": "1\n" });
  await pushFiles(repository.url, API_KEY, "ada/change", { "b.txt": "2\n" }, "By hand");
  const pull = await ada.openPullRequest({ title: "My change", body: "By **me**.", head: "ada/change" });
  plays("please also write c", bash("cat b.txt"), write("c.txt", "3\n"), say("There is c now."));
  plays("why is b two", read("b.txt"), say("Because a is one. Ask @tembo again, please also write c."));

  const log = await talking.listen();
  const comment = await ada.comment(pull.number, "Good so far. @tembo please also write c");
  const [worked] = await log.worked("issue_comment", 1);
  assert.match(worked!.outcome!, /^A session was started\./);
  assert.ok((await ada.reactions(`issues/comments/${comment.id}`)).includes("eyes"));
  const [answer] = await answers(ada, pull.number, 1);
  assert.match(answer!, /^There is c now\.\n\nPushed [0-9a-f]{7} to app\./);
  const [now, ...others] = await ada.pullRequests();
  assert.deepEqual(others, []);
  assert.deepEqual([now!.title, now!.body, now!.head.ref], ["My change", "By **me**.", "ada/change"]);
  const shown = await withClone(repository.url, API_KEY, "ada/change", (path) =>
    git(
      path,
      null,
      "log",
      "-2",
      "--format=%an|%ae|%cn|%s|%(trailers:key=Co-authored-by,valueonly,separator=%x2C)",
    ),
  );
  const [last, first] = shown.split("\n");
  assert.match(
    last!,
    /^Ada Lovelace\|\d+\+ada-lovelace@users\.noreply\.127\.0\.0\.1\|Tembo\|.*\|Tembo <.*>$/,
  );
  assert.equal(first!.split("|")[3], "By hand");

  // Asks a question about a line. Tembo replies in that line's thread.
  const question = await ada.commentOnLine(pull.number, {
    path: "b.txt",
    line: 1,
    body: "@tembo why is b two?",
  });
  const [asked] = await log.worked("pull_request_review_comment", 1);
  assert.equal(asked!.sessionId, worked!.sessionId);
  const reply = await until("a reply in the thread of the line", async () =>
    (await ada.lineComments(pull.number)).find(({ user }) => isTembo(user)),
  );
  assert.equal(reply.in_reply_to_id, question.id);
  assert.match(reply.body, /^Because a is one\./);
  const turns = await talking.world.ended(worked!.sessionId!, 2);
  assert.equal(ofType(turns, "commit.created").length, 1);
  assert.equal((await ada.pullRequest(pull.number)).head.sha, now!.head.sha);
  assert.equal((await answers(ada, pull.number, 1)).length, 1, "ignores a mention in Tembo's own comment");
  assert.equal(
    await client.session.retrieve(worked!.sessionId!).then(({ state }) => state.current),
    "completed",
  );
});

test("queues comments while a turn runs, and combines a review with several comments into one message", async () => {
  const { plays } = talking;
  const { repository, ada } = await talking.place("queue/app", { "a.txt": "1\n" });
  await pushFiles(repository.url, API_KEY, "ada/more", { "b.txt": "2\n3\n" });
  const pull = await ada.openPullRequest({ title: "More", body: "", head: "ada/more" });
  plays("do the first", write("first.txt", "1\n"), say("The first is done."));
  plays("do the second", write("second.txt", "2\n"), say("The second is done."));
  plays("do the third", write("third.txt", "3\n"), say("The third is done."));

  const hold = talking.world.model.hold();
  const log = await talking.listen();
  await ada.comment(pull.number, "@tembo do the first");
  await hold.arrived;
  await ada.comment(pull.number, "@tembo do the second");
  // Deliveries that are sent at the same time may arrive in any order.
  await log.worked("issue_comment", 2);
  await ada.review(pull.number, "", [
    { path: "b.txt", line: 1, body: "@tembo do the third" },
    { path: "b.txt", line: 2, body: "Here as well." },
  ]);
  const worked = [
    ...(await log.worked("issue_comment", 2)),
    ...(await log.worked("pull_request_review_comment", 2)),
    ...(await log.worked("pull_request_review", 1)),
  ];
  const sessionId = worked[0]!.sessionId!;
  const waiting = await talking.eventsOf(sessionId);
  assert.equal(ofType(waiting, "turn.started").length, 1);
  assert.equal(ofType(waiting, "message.queued").length, 3);
  assert.ok(worked.every((one) => one.sessionId === null || one.sessionId === sessionId));
  hold.release();

  const events = await talking.world.ended(sessionId, 3);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    Array(3).fill("turn.completed"),
  );
  const review = String(ofType(events, "message.queued")[2]!.eventData.content);
  assert.match(review, /1\. do the third\n\n2\. Here as well\./);
  assert.equal(ofType(events, "message.queued").length, 3);
  for (const [name, content] of [
    ["first", "1"],
    ["second", "2"],
    ["third", "3"],
  ])
    assert.equal(await remoteFile(repository.url, API_KEY, "ada/more", `${name}.txt`), content);
});

test("replies in the thread with the text of the agent's tool call, not with its final text", async () => {
  const { ada } = await talking.place("respond/app", { "a.txt": "1\n" });
  talking.plays(
    "how many are there",
    mcp("tembo", "respond_to_user", { message: "There is one of them." }),
    say("I have told you."),
  );
  const log = await talking.listen();
  const issue = await ada.openIssue("A question", "@tembo how many are there?");
  const [worked] = await log.worked("issues", 1);
  const [answer, ...others] = await answers(ada, issue.number, 1);
  assert.match(answer!, /^There is one of them\./);
  assert.doesNotMatch(answer!, /I have told you/);
  const events = await talking.world.ended(worked!.sessionId!);
  assert.deepEqual(
    ofType(events, "response.given").map(({ eventData }) => eventData.text),
    ["There is one of them."],
  );
  assert.deepEqual(others, []);
  assert.deepEqual(await ada.pullRequests(), []);
});

test("ignores mentions in quotes, code and edits, similar names and unknown agents", async () => {
  const { client } = talking;
  const { ada } = await talking.place("silent/app", { "a.txt": "1\n" });
  const sessions = await countSessions();
  const log = await talking.listen();
  const { number } = await ada.openIssue("Something", "Nobody is called.");
  const posted = [
    "> @tembo do it\n\nI do not think so.",
    "```\n@tembo do it\n```",
    "Ask `@tembo` or @tembo-fan.",
    "Later.",
  ];
  const comments = [];
  for (const body of posted) comments.push(await ada.comment(number, body));
  await ada.edit(comments.at(-1)!.id, "Later. @tembo do it");
  const worked = await log.worked("issue_comment", posted.length);
  assert.deepEqual(
    worked.filter(({ sessionId }) => sessionId !== null),
    [],
  );

  await ada.comment(number, "@tembo !nosuch do it");
  const [sentence] = await answers(ada, number, 1);
  assert.match(sentence!, /^No agent has the key "nosuch"\./);
  const after = await log.worked("issue_comment", posted.length + 1);
  assert.deepEqual(
    after.filter(({ sessionId }) => sessionId !== null),
    [],
  );
  assert.equal(await countSessions(), sessions);
  const items = (await client.deliveries.list({ limit: 100 })).items;
  assert.deepEqual(
    items.filter(({ status }) => status === "failed"),
    [],
  );
});

const organizationId = async () => (await talking.client.me.retrieve()).orgId!;
async function countSessions(): Promise<number> {
  return (await talking.client.session.list({ limit: 100 })).meta.totalCount;
}
