import assert from "node:assert/strict";
import { test } from "node:test";
import { rejects } from "../../testing/rejects.ts";
import { addNote } from "../testing/acts/talk.ts";
import { gitlabUnderTest } from "../testing/fake-under-test.ts";

async function talk(t: import("node:test").TestContext) {
  const it = await gitlabUnderTest(t);
  const number = await it.writer.openIssue({ title: "It breaks", body: "" });
  const author = it.fake.users.find(({ username }) => username === it.writer.login)!;
  const issue = it.project.issues[0]!;
  const add = (body: string, isSystem = false) =>
    addNote(it.fake, it.project, issue, { by: author, body, isSystem });
  return { ...it, add, author, issue, thread: { kind: "issue", number } as const };
}

test("omits GitLab's system notes", async (t) => {
  const { forge, repository, thread, add } = await talk(t);
  await add("changed the description", true);
  await add("Any news?");
  const comments = await forge.listComments(repository, thread);
  assert.deepEqual(
    comments.map(({ body }) => body),
    ["Any news?"],
  );
  assert.match(comments[0]!.url, /\/acme\/tools\/app\/-\/issues\/1#note_\d+$/);
});

test("reads the last pages of a long conversation", async (t) => {
  const { forge, repository, thread, add, fake } = await talk(t);
  for (let number = 1; number <= 620; number++) await add(`comment ${number}`);
  fake.asked.length = 0;
  const comments = await forge.listComments(repository, thread);
  assert.deepEqual(
    [comments.length, comments[0]?.body, comments.at(-1)?.body],
    [500, "comment 121", "comment 620"],
  );
  // The response for the first page contains the number of pages. The adapter then reads the last six pages.
  assert.equal(fake.asked.length, 7);
});

test("converts a standalone comment to a thread when replying to it", async (t) => {
  const { forge, repository, writer, commit } = await gitlabUnderTest(t);
  await commit("tembo/fix", "fix.txt");
  const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
  const thread = { kind: "pullRequest", number } as const;
  await writer.comment(thread, "Why?");
  const [asked] = await forge.listComments(repository, thread);
  await forge.replyInline(repository, number, asked!, "Because.");
  const [first, second] = await forge.listComments(repository, thread);
  assert.deepEqual([second?.body, second?.threadId], ["Because.", first?.threadId]);
  const loose = await forge.replyInline(repository, number, { id: "1", threadId: null }, "By the way.");
  assert.equal(loose.kind, "comment");
});

test("reports an error if GitLab rejects a reaction", async (t) => {
  const { forge, repository, thread, fake } = await talk(t);
  fake.interrupt = () => ({ status: 404, body: { message: "404 Award Emoji Awardable Not Found" } });
  await rejects(forge.react(repository, thread, null, "done"), "forge_failed", /react on issue 1/);
});

test("denies write access to a blocked account", async (t) => {
  const { forge, repository, writer, fake } = await talk(t);
  const body = { id: Number(writer.id), username: writer.login, state: "blocked", access_level: 40 };
  fake.interrupt = () => ({ body });
  assert.equal(await forge.canWrite(repository, writer), false);
  fake.interrupt = () => ({ body: { ...body, state: "active" } });
  assert.equal(await forge.canWrite(repository, writer), true);
  fake.interrupt = null;
  assert.equal(await forge.canWrite(repository, { id: "../1", login: "x" }), false);
});

test("reports GitLab's error message for an empty comment", async (t) => {
  const { forge, repository, thread } = await talk(t);
  await rejects(forge.comment(repository, thread, " "), "forge_failed", /Note can't be blank/);
});
