import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { exitCodes } from "../../../../cli/src/exit-codes.ts";
import { API_KEY, remoteFile, startWorld, type World } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";

let world: World;
let repositoryUrl: string;

before(async () => {
  world = await startWorld();
  ({ url: repositoryUrl } = await world.repository("review/app", { "a.txt": "1\n" }));
});
after(() => world.close());

const tembo = (...args: string[]) => runTembo(world, args);

async function temboJson(...args: string[]) {
  const { code, out, err } = await tembo("--json", ...args);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

/** Returns the failure that a command with `--json` prints, and its exit code. */
async function failure(...args: string[]) {
  const { code, err } = await tembo("--json", ...args);
  return { exitCode: code, ...JSON.parse(err.trimEnd().split("\n").at(-1)!) };
}

/** Completes a session that writes a file, and returns its ID and the name of its pull request. */
async function work(file: string) {
  const { id } = await world.client.session.create({
    prompt: `Write ${file}. SCRIPT(write("${file}", "${file}\\n"), say("Written."))`,
    repositories: [repositoryUrl],
  });
  await world.ended(id);
  const { items } = await temboJson("pr", "list", "--repo", "review/app", "--limit", "1");
  return { id, pullRequest: `review/app#${items[0].number}` };
}

test("lists, shows, comments on and merges a pull request by its name", async () => {
  const { id, pullRequest } = await work("merged.txt");
  const listed = await tembo("pr", "list", "--state", "open", "--tembo");
  assert.equal(listed.code, 0, listed.err);
  assert.match(listed.out, new RegExp(`^\\S+\t${pullRequest}\t`, "m"));
  const shown = await tembo("pr", "show", pullRequest);
  assert.match(shown.out, /^changes: +\+1 -0$/m, shown.err);
  assert.match(shown.out, new RegExp(`^session: +${id}$`, "m"));
  assert.match((await tembo("pr", "diff", pullRequest)).out, /^\+merged\.txt$/m);
  assert.equal((await tembo("pr", "diff", pullRequest, "--name-only")).out, "merged.txt\n");

  const commented = await tembo(
    "pr",
    "comment",
    pullRequest,
    "--body",
    "Looks good.",
    "--path",
    "merged.txt",
  );
  assert.equal(commented.code, 0, commented.err);
  const withComments = await temboJson("pr", "show", pullRequest, "--comments");
  assert.deepEqual(
    withComments.comments.map((one: { body: string; place: { path: string } }) => [one.body, one.place.path]),
    [["Looks good.", "merged.txt"]],
  );

  const stale = await failure("pr", "merge", pullRequest, "--match-head-commit", "0".repeat(40));
  assert.deepEqual([stale.exitCode, stale.code, stale.status], [exitCodes.conflict.code, "conflict", 409]);
  const merged = await tembo("pr", "merge", withComments.url, "--squash");
  assert.deepEqual([merged.code, merged.out], [0, `Merged pull request ${pullRequest}.\n`], merged.err);
  assert.equal(await remoteFile(repositoryUrl, API_KEY, "main", "merged.txt"), "merged.txt");
  assert.equal((await failure("pr", "close", pullRequest)).exitCode, exitCodes.conflict.code);
});

test("closes a pull request", async () => {
  const { pullRequest } = await work("closed.txt");
  const closed = await temboJson("pr", "close", pullRequest);
  assert.equal(closed.state, "closed");
  const missing = await failure("pr", "show", "review/app#999");
  assert.deepEqual([missing.exitCode, missing.code], [exitCodes.notFound.code, "not_found"]);
});

test("lists and prints the files that a session changed", async () => {
  const { id } = await work("listed.txt");
  const listed = await tembo("session", "files", id);
  assert.deepEqual([listed.code, listed.out], [0, "added\t1\t0\tapp\tlisted.txt\n"], listed.err);
  assert.equal((await tembo("session", "files", id, "listed.txt")).out, "listed.txt\n");
  assert.equal((await failure("session", "files", id, "a.txt")).exitCode, exitCodes.notFound.code);
  assert.deepEqual(await temboJson("session", "files", id, "--attachments"), { items: [], hasMore: false });
});

test("filters the list of sessions", async () => {
  const { id, pullRequest } = await work("filtered.txt");
  const failed = await world.client.session.create({ prompt: "Fail. SCRIPT(fail(400))" });
  await world.ended(failed.id);
  const ids = async (...filters: string[]): Promise<string[]> =>
    (await temboJson("session", "list", ...filters)).items.map((one: { id: string }) => one.id);
  assert.deepEqual(await ids("--needs-you"), [failed.id]);
  assert.deepEqual((await ids("--mine", "--repo", "review/app"))[0], id);
  assert.deepEqual(await ids("--mine", "--state", "failed"), [failed.id]);
  assert.ok((await ids("--pr-state", "open")).includes(id));
  await temboJson("pr", "close", pullRequest);
  assert.ok(!(await ids("--pr-state", "open")).includes(id));
  assert.deepEqual(await ids("--since", "2999-01-01"), []);
  const first = await temboJson("session", "list", "--limit", "1");
  assert.deepEqual([first.items.length, first.hasMore], [1, true]);
  const all = await temboJson("session", "list", "--all");
  assert.ok(all.items.length > 1);
  assert.equal(all.hasMore, false);
});

test("prints the URLs of pages without a display", async () => {
  const { id, pullRequest } = await work("opened.txt");
  const session = await tembo("open", id);
  assert.deepEqual([session.code, session.out], [0, `${world.url}/sessions/${id}\n`], session.err);
  const { items } = await temboJson("pr", "list", "--repo", "review/app", "--limit", "1");
  assert.equal((await tembo("open", pullRequest)).out, `${world.url}/review/${items[0].id}\n`);
  assert.equal((await tembo("open", items[0].id)).out, `${world.url}/review/${items[0].id}\n`);
  const missing = await failure("open", "0199c0de-0000-7000-8000-000000000000");
  assert.equal(missing.exitCode, exitCodes.notFound.code);
});

test("removes a repository of the built-in forge", async () => {
  await world.repository("review/removed", { "a.txt": "1\n" });
  const removed = await tembo("repo", "remove", "review/removed", "--delete-data");
  assert.equal(removed.code, 0, removed.err);
  const again = await failure("repo", "remove", "review/removed");
  assert.deepEqual([again.exitCode, again.code], [exitCodes.notFound.code, "not_found"]);
});
