import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createApiKey } from "../../core/accounts/api-key/create-api-key.ts";
import { AppError, type ErrorCode, newId, systemClock } from "../../core/base/index.ts";
import { renewAlone } from "../../core/forges/index.ts";
import { setProtected } from "./git/repositories.ts";
import { replaceLines } from "./operations/apply-suggestion.ts";
import { makeStarted } from "./testing/local-forge-fixture.ts";
import { git } from "./testing/repository-fixture.ts";

const isRefusal = (code: ErrorCode, sentence: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === code && sentence.test(error.message);
const ten = Array.from({ length: 10 }, (_, at) => `${at + 1}\n`).join("");

/** Creates a pull request that adds ten lines, and reviewers who have no API key. */
async function opened(t: TestContext) {
  const made = await makeStarted(t);
  const { person, write, push, forge, repository, local, store, organizationId, url } = made;
  const change = async (text: string) => {
    await git(person, "fetch", "--quiet", "origin");
    await git(person, "checkout", "--quiet", "-B", "fix", "origin/fix");
    await write("my fix.txt", text);
    await push("fix");
  };
  await git(person, "checkout", "--quiet", "-B", "fix");
  await write("my fix.txt", ten);
  await push("fix");
  const input = { title: "Fix", body: "", head: "fix", base: "main", isDraft: false };
  const { number } = (await forge.createPullRequest(repository, input))!;
  const connectAs = (userId: string) =>
    local.connect({
      webUrl: url,
      apiUrl: `${url}/api/github/v3`,
      credential: { type: "token", token: "", username: null },
      person: { organizationId, userId },
      renew: renewAlone,
    });
  const ada = (await store.users.find(made.userId))!;
  await store.users.update({ ...ada, name: "Ada" });
  const as = connectAs(made.userId);
  const reviewing = as.reviewing!;
  const on = (line: number, body: string, startLine: number | null = null) =>
    reviewing.commentInline(repository, number, { path: "my fix.txt", line, startLine, side: "new" }, body);
  const head = () => git(person, "ls-remote", "origin", "refs/heads/fix").then((text) => text.slice(0, 40));
  const file = async () => {
    await git(person, "fetch", "--quiet", "origin");
    return git(person, "show", "origin/fix:my fix.txt");
  };
  return { ...made, number, as, reviewing, on, change, head, file, connectAs };
}

const suggest = (...lines: string[]) => ["Rather:", "```suggestion", ...lines, "```"].join("\n");

test("moves a comment with its lines, and marks it as outdated when the lines change", async (t) => {
  const { on, change, reviewing, repository, number } = await opened(t);
  const made = await on(5, "Why these?", 4);
  assert.deepEqual([made.author.name, made.place?.line, made.startLine], ["Ada", 5, 4]);
  const placed = async () => {
    const [comment] = await reviewing.listReviewComments(repository, number);
    return [comment!.startLine, comment!.place!.line, comment!.isOutdated];
  };
  await change(`new\n${ten}`);
  assert.deepEqual(await placed(), [5, 6, false]);
  await change(`new\n${ten.replace("5\n", "five\n")}`);
  assert.deepEqual(await placed(), [4, 5, true]);
});

test("submits a review as the person, and rejects one of an earlier head", async (t) => {
  const { reviewing, as, change, head, repository, number } = await opened(t);
  const seen = await head();
  const review = { state: "changesRequested", body: "Not yet.", headSha: seen } as const;
  const submitted = await reviewing.submitReview(repository, number, review);
  assert.deepEqual(
    [submitted.author.name, submitted.state, submitted.body],
    ["Ada", "changesRequested", "Not yet."],
  );
  await change(`new\n${ten}`);
  await assert.rejects(
    reviewing.submitReview(repository, number, { ...review, state: "approved" }),
    isRefusal("conflict", /has new commits/),
  );
  await reviewing.submitReview(repository, number, { state: "approved", body: "", headSha: null });
  assert.deepEqual(
    (await as.listReviews(repository, number)).map(({ state }) => state),
    ["changesRequested", "approved"],
  );
});

test("rejects a comment on lines outside the change, and a line range in the wrong order", async (t) => {
  const { on, reviewing, repository, number } = await opened(t);
  await assert.rejects(on(11, "Here"), isRefusal("invalid_input", /Line 11 .* is not part/));
  await assert.rejects(on(3, "Here", 3), isRefusal("invalid_input", /requires a later end line/));
  const elsewhere = { path: "README.md", line: 1, startLine: null, side: "new" } as const;
  await assert.rejects(
    reviewing.commentInline(repository, number, elsewhere, "x"),
    isRefusal("invalid_input", /not part of pull/),
  );
});

test("replies to a thread, resolves it through any of its comments and reopens it", async (t) => {
  const { on, reviewing, repository, number } = await opened(t);
  const first = await on(1, "Why?");
  const answer = await reviewing.replyInline(repository, number, first.id, "Because.");
  assert.deepEqual([answer.author.name, answer.threadId, answer.place], ["Ada", first.threadId, first.place]);
  const resolved = async () =>
    (await reviewing.listReviewComments(repository, number)).map(({ resolved: one }) => one?.by.name ?? null);
  for (let times = 0; times < 2; times++) await reviewing.resolveThread(repository, number, answer.id, true);
  assert.deepEqual(await resolved(), ["Ada", null]);
  await reviewing.resolveThread(repository, number, first.id, false);
  assert.deepEqual(await resolved(), [null, null]);
  for (const id of ["999", "x", "99999999999999"])
    for (const act of [
      () => reviewing.resolveThread(repository, number, id, true),
      () => reviewing.replyInline(repository, number, id, "Because."),
    ])
      await assert.rejects(act, isRefusal("not_found", /no inline comment/));
});

test("applies a suggestion to the current lines as the user, with the suggestion's author as co-author", async (t) => {
  const { on, change, reviewing, repository, number, file, person, ...made } = await opened(t);
  const { store, organizationId, connectAs } = made;
  const [userId, email, at] = [newId(), "grace@example.com", systemClock.now()];
  const dates = { createdAt: at, updatedAt: at };
  await store.users.insert({ id: userId, email, name: "Grace", onboarding: null, settings: {}, ...dates });
  await store.members.insert({ id: newId(), organizationId, userId, email, role: "member", ...dates });
  await createApiKey({ store, clock: systemClock }, { organizationId, userId, name: "A key of Grace" });
  const lines = { path: "my fix.txt", line: 5, startLine: 4, side: "new" } as const;
  const suggested = suggest("four", "fourAndAHalf");
  await connectAs(userId).reviewing!.commentInline(repository, number, lines, suggested);
  const [comment] = await reviewing.listReviewComments(repository, number);
  await change(`new\n${ten}`);
  const { sha } = await reviewing.applySuggestion(repository, number, comment!.id);
  assert.equal(`${await file()}\n`, `new\n${ten.replace("4\n5\n", "four\nfourAndAHalf\n")}`);
  const commit = await git(person, "show", "--quiet", "--format=%H|%an|%B", "origin/fix");
  assert.match(
    commit,
    new RegExp(`^${sha}\\|Ada\\|Apply a suggestion to my fix.txt\\s+Co-authored-by: Grace <`),
  );
  const [after] = await reviewing.listReviewComments(repository, number);
  assert.equal(after!.resolved?.by.name, "Ada");
  assert.match((await reviewing.readPatch(repository, number, 1e6))!, /^\+fourAndAHalf$/m);
  assert.equal(await reviewing.readPatch(repository, number, 10), null);
  const own = await on(1, suggest("NEW"));
  await reviewing.applySuggestion(repository, number, own.id);
  const commits = await reviewing.listCommits(repository, number, 10);
  assert.equal(commits.at(-1)!.message, "Apply a suggestion to my fix.txt");
  assert.equal(commits.length, 4);
});

test("rejects a suggestion that is outdated, empty or already applied, and changes nothing", async (t) => {
  const { on, change, reviewing, repository, number, head } = await opened(t);
  const stale = await on(5, suggest("five"));
  const words = await on(1, "Only words");
  const same = await on(1, suggest("1"));
  await change(ten.replace("5\n", "V\n"));
  const before = await head();
  const apply = (id: string) => reviewing.applySuggestion(repository, number, id);
  await assert.rejects(apply(stale.id), isRefusal("conflict", /have changed since/));
  await assert.rejects(apply(words.id), isRefusal("invalid_input", /contains no suggestion/));
  await assert.rejects(apply(same.id), isRefusal("conflict", /already/));
  assert.equal(await head(), before);
});

test("rejects a suggestion on a protected or merged branch, and leaves other branches unchanged", async (t) => {
  const { on, as, reviewing, repository, number, head, path, person } = await opened(t);
  const main = () => git(person, "ls-remote", "origin", "refs/heads/main").then((text) => text.slice(0, 40));
  const [first, second] = [await on(1, suggest("one")), await on(2, suggest("two"))];
  const [before, base] = [await head(), await main()];
  await setProtected(path, "fix", true);
  const apply = (id: string) => reviewing.applySuggestion(repository, number, id);
  await assert.rejects(apply(first.id), isRefusal("conflict", /"fix" is protected/));
  assert.equal(await head(), before);
  await setProtected(path, "fix", false);
  const { sha } = await apply(first.id);
  assert.deepEqual([await head(), await main()], [sha, base], "control");
  await as.mergePullRequest(repository, number, { method: "merge", headSha: sha });
  await assert.rejects(apply(second.id), isRefusal("conflict", /is merged/));
  assert.equal(await head(), sha);
});

test("a suggestion preserves the file mode, leaves links unchanged, and puts the file name on one line", async (t) => {
  const { reviewing, repository, number, person, push, connectAs: _, ...made } = await opened(t);
  const odd = "run\n\nSigned-off-by: Eve";
  await made.write(odd, "a\n");
  await git(person, "update-index", "--chmod=+x", odd);
  symlinkSync("my fix.txt", join(person, "link"));
  await git(person, "add", "link");
  await git(person, "commit", "--quiet", "-m", "A link");
  await push("fix");
  const suggestTo = (path: string) => {
    const place = { path, line: 1, startLine: null, side: "new" } as const;
    return reviewing.commentInline(repository, number, place, suggest("other.txt"));
  };
  const [link, file] = [await suggestTo("link"), await suggestTo(odd)];
  const before = await made.head();
  const apply = (id: string) => reviewing.applySuggestion(repository, number, id);
  await assert.rejects(apply(link.id), isRefusal("conflict", /"link" is not a text file/));
  assert.equal(await made.head(), before);
  await apply(file.id);
  await git(person, "fetch", "--quiet", "origin");
  const changed = await git(person, "diff", "--raw", "-z", "--abbrev=7", before, "origin/fix");
  assert.match(changed, /^:100755 100755 \w+ \w+ M\0run\n\nSigned-off-by: Eve\0?$/);
  const message = await git(person, "show", "--quiet", "--format=%B", "origin/fix");
  assert.equal(message.trim(), "Apply a suggestion to run  Signed-off-by: Eve");
});

test("reports the conflicting files and who closed the pull request", async (t) => {
  const { person, write, push, as, reviewing, repository, number, on } = await opened(t);
  await git(person, "checkout", "--quiet", "-B", "main", "origin/main");
  await write("my fix.txt", "other\n");
  await push("main");
  assert.deepEqual(await reviewing.outlook(repository, number), {
    conflictsIn: ["my fix.txt"],
    ended: null,
  });
  const comment = await on(1, suggest("one"));
  await as.updatePullRequest(repository, number, { status: "closed" });
  const { ended } = await reviewing.outlook(repository, number);
  assert.equal(ended?.by?.name, "Ada");
  await assert.rejects(
    reviewing.applySuggestion(repository, number, comment.id),
    isRefusal("conflict", /is closed/),
  );
});

test("a member has write access, and a person outside the organization has no access", async (t) => {
  const { as, forge, repository, connectAs } = await opened(t);
  assert.equal(await forge.canWrite(repository, await as.account()), true);
  assert.equal(await forge.canWrite(repository, { id: "99999", login: "ada" }), false);
  await assert.rejects(connectAs(newId()).account(), isRefusal("forbidden", /no longer a member/));
});

test("preserves line endings and invalid UTF-8 when replacing lines", () => {
  const replaced = (text: string, lines: { start: number; end: number }, ...by: string[]) =>
    replaceLines(Buffer.from(text, "latin1"), lines, by)?.toString("latin1");
  assert.equal(replaced("a\r\nb\r\n\xff", { start: 1, end: 1 }, "x", "y"), "x\r\ny\r\nb\r\n\xff");
  assert.equal(replaced("a\nb\n", { start: 2, end: 2 }), "a\n");
  assert.equal(replaced("a", { start: 1, end: 1 }, "b"), "b");
  assert.equal(replaced("a\n", { start: 2, end: 2 }, "b"), undefined);
});
