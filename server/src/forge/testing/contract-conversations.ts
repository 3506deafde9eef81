import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeThread } from "../../core/forges/index.ts";
import type { ForgeUnderTest, MakeForge } from "./forge-under-test.ts";

export function testConversations(name: string, make: MakeForge): void {
  const open = async ({ forge, repository, commit }: ForgeUnderTest): Promise<ForgeThread> => {
    await commit("tembo/fix", "fix.txt");
    const made = await forge.createPullRequest(repository, {
      title: "Fix it",
      body: "",
      head: "tembo/fix",
      base: "main",
      isDraft: false,
    });
    return { kind: "pullRequest", number: made!.number };
  };

  test(`${name}: creates and updates a comment, and lists it together with people's comments`, async (t) => {
    const it = await make(t);
    const { forge, repository, writer } = it;
    const thread = await open(it);
    await writer.comment(thread, "@tembo please");
    const mine = await forge.comment(repository, thread, "On it 🐘");
    const comments = await forge.listComments(repository, thread);
    assert.deepEqual(
      comments.map(({ body, kind, author }) => [body, kind, author.login]),
      [
        ["@tembo please", "comment", writer.login],
        ["On it 🐘", "comment", (await forge.account()).login],
      ],
    );
    assert.equal(comments[1]?.id, mine.id);
    await forge.updateComment(repository, thread, mine, "Done");
    assert.equal((await forge.listComments(repository, thread))[1]?.body, "Done");
  });

  test(`${name}: lists inline comments with their lines, and replies in their threads`, async (t) => {
    const it = await make(t);
    const { forge, repository, writer, can } = it;
    const thread = await open(it);
    await writer.review(thread.number, {
      state: "commented",
      body: "",
      comments: [
        { path: "fix.txt", line: 1, body: "Why this?" },
        { path: "fix.txt", line: 1, body: "And this?" },
      ],
    });
    const inline = (await forge.listComments(repository, thread)).filter(({ kind }) => kind === "inline");
    assert.deepEqual(
      inline.map(({ body, place }) => [body, place?.path, place?.line]),
      [
        ["Why this?", "fix.txt", 1],
        ["And this?", "fix.txt", 1],
      ],
    );
    if (can.review) assert.equal(new Set(inline.map(({ reviewId }) => reviewId)).size, 1);
    const answer = await forge.replyInline(repository, thread.number, inline[0]!, "Because.");
    const after = await forge.listComments(repository, thread);
    const found = after.find(({ id, kind }) => id === answer.id && kind === "inline");
    assert.equal(found?.body, "Because.");
    assert.equal(found?.threadId, inline[0]!.threadId);
  });

  test(`${name}: lists reviews`, async (t) => {
    const it = await make(t);
    const { forge, repository, writer } = it;
    const thread = await open(it);
    await writer.review(thread.number, { state: "approved", body: "", comments: [] });
    const reviews = await forge.listReviews(repository, thread.number);
    assert.deepEqual(
      reviews.map(({ author, state }) => [author.login, state]),
      [[writer.login, "approved"]],
    );
  });

  test(`${name}: reacts to a comment and to the thread if supported, and accepts a repeated reaction`, async (t) => {
    const it = await make(t);
    const { forge, repository, writer, can } = it;
    const thread = await open(it);
    await writer.comment(thread, "@tembo please");
    const [comment] = await forge.listComments(repository, thread);
    assert.equal(await forge.react(repository, thread, comment!, "seen"), can.react);
    assert.equal(await forge.react(repository, thread, comment!, "seen"), can.react);
    assert.equal(await forge.react(repository, thread, null, "seen"), can.react);
  });

  test(`${name}: returns an issue and its comments`, async (t) => {
    const { forge, repository, writer, can } = await make(t);
    if (!can.issues) return t.skip("this forge has no issues");
    const number = await writer.openIssue({ title: "It breaks", body: "@tembo fix it" });
    const issue = await forge.findIssue(repository, number);
    assert.deepEqual(
      { title: issue?.title, body: issue?.body, status: issue?.status, author: issue?.author?.login },
      { title: "It breaks", body: "@tembo fix it", status: "open", author: writer.login },
    );
    const thread: ForgeThread = { kind: "issue", number };
    await forge.comment(repository, thread, "Looking");
    assert.deepEqual(
      (await forge.listComments(repository, thread)).map(({ body }) => body),
      ["Looking"],
    );
    assert.equal(await forge.findIssue(repository, 999_999), null);
  });

  test(`${name}: reports who has write access`, async (t) => {
    const { forge, repository, writer, reader } = await make(t);
    assert.equal(await forge.canWrite(repository, writer), true);
    assert.equal(await forge.canWrite(repository, reader), false);
    assert.equal(await forge.canWrite(repository, { id: "999999", login: "nobody-by-this-name" }), false);
  });
}
