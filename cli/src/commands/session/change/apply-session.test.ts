import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type FakeApi, sessionIn, startFakeApi } from "../../../testing/fake-api.ts";
import { runCommand } from "../../../testing/run-command.ts";

let checkout: string;
let patch: string;

function git(...args: string[]): string {
  const author = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
  return execFileSync("git", ["-C", checkout, ...author, ...args], { encoding: "utf8" });
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "tembo-apply-"));
  git("init", "-q", "-b", "main");
  writeFileSync(join(checkout, "a.txt"), "one\ntwo\nthree\n");
  git("add", "-A");
  git("commit", "-qm", "First");
  writeFileSync(join(checkout, "a.txt"), "one\nTWO\nthree\n");
  writeFileSync(join(checkout, "new.txt"), "new\r\n");
  git("add", "-A");
  patch = git("diff", "--cached");
  git("reset", "-q", "--hard");
});
afterEach(() => rmSync(checkout, { recursive: true }));

interface Change {
  readonly data?: string;
  readonly isComplete?: boolean;
  readonly provider?: string;
  readonly repositories?: readonly string[];
}

function apiWith({
  data = patch,
  isComplete = true,
  provider = "local",
  repositories = ["acme/web"],
}: Change = {}): Promise<FakeApi> {
  const diffs = repositories.map((name, index) => ({
    id: `d${index}`,
    codeRepositoryId: `r${index}`,
    root: name,
    branch: "tembo/fix-it",
    additions: 2,
    deletions: 1,
    changedFiles: 2,
  }));
  const session = sessionIn("completed");
  return startFakeApi({
    "GET /v1/sessions/s1": {
      ...session,
      sessionSource: {
        repositories: repositories.map((name, index) => ({ id: `r${index}`, name, provider: "local" })),
      },
    },
    "GET /v1/repositories": {
      items: [{ id: "r0", url: "http://tembo.example/git/acme/web.git", provider: { type: provider } }],
      nextCursor: null,
    },
    "GET /v1/sessions/s1/diffs": { items: diffs, nextCursor: null },
    ...Object.fromEntries(
      diffs.map((diff) => [
        `GET /v1/sessions/s1/diffs/${diff.id}/patch`,
        { diffId: diff.id, patch: data, isComplete },
      ]),
    ),
  });
}

const tembo = (api: FakeApi, args: readonly string[], cwd = checkout) =>
  runCommand(args, { cwd, env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url } });
const read = (name: string) => readFileSync(join(checkout, name), "utf8");

test("session apply writes the change to the working tree and the index", async () => {
  await using api = await apiWith();
  const ran = await tembo(api, ["session", "apply", "s1"]);
  assert.deepEqual(
    [ran.status, ran.stdout],
    [0, "Applied the session's changes to acme/web: 2 files, +2 -1\n"],
    ran.stderr,
  );
  assert.equal(read("a.txt"), "one\nTWO\nthree\n");
  assert.equal(git("diff", "--cached"), patch);
});

test("session apply merges with later commits in the checkout, and reports conflicts", async () => {
  await using api = await apiWith();
  writeFileSync(join(checkout, "a.txt"), "zero\none\ntwo\nthree\n");
  git("commit", "-qam", "Elsewhere");
  assert.equal((await tembo(api, ["session", "apply", "s1", "--json"])).status, 0);
  assert.equal(read("a.txt"), "zero\none\nTWO\nthree\n");
  git("reset", "-q", "--hard");
  writeFileSync(join(checkout, "a.txt"), "one\nzwei\nthree\n");
  git("commit", "-qam", "The same line");
  const ran = await tembo(api, ["session", "apply", "s1"]);
  assert.equal(ran.status, 1);
  assert.match(ran.stdout, /conflict: a\.txt\n$/);
  assert.match(ran.stderr, /Next: resolve the conflicts, then "git add"/);
  assert.match(read("a.txt"), /<<<<<<< ours\nzwei\n=======\nTWO\n>>>>>>> theirs/);
});

test("session apply rejects a non-empty index before it sends a request", async () => {
  await using api = await apiWith();
  writeFileSync(join(checkout, "other.txt"), "x");
  git("add", "other.txt");
  const ran = await tembo(api, ["session", "apply", "s1"]);
  assert.equal(ran.status, 1);
  assert.match(
    ran.stderr,
    /index already has changes \(1 file\).*\nNext: commit them with "git commit" or .*"git stash"/,
  );
  assert.equal(api.asked.length, 0);
  git("stash", "-q");
  assert.equal((await tembo(api, ["session", "apply", "s1"])).status, 0, "control");
});

test("session apply leaves the checkout unchanged if the patch does not apply, and prints the next step", async () => {
  await using api = await apiWith();
  writeFileSync(join(checkout, "a.txt"), "mine\n");
  writeFileSync(join(checkout, "new.txt"), "mine\n");
  const ran = await tembo(api, ["session", "apply", "s1"]);
  assert.equal(ran.status, 1);
  assert.match(
    ran.stderr,
    /do not apply to this checkout, and nothing was changed: .*\nNext: commit or stash/,
  );
  assert.deepEqual([read("a.txt"), read("new.txt"), git("diff", "--cached")], ["mine\n", "mine\n", ""]);
  const outside = await tembo(api, ["session", "apply", "s1"], tmpdir());
  assert.match(outside.stderr, /not a git checkout\.\nNext: change to a clone/);
});

const fetchLine =
  'run "git fetch http://tembo.example/git/acme/web.git tembo/fix-it && git merge FETCH_HEAD" with any username, and your API key as the password.\n';

test("session apply rejects an incomplete patch, and prints the command that fetches the branch", async () => {
  await using api = await apiWith({ isComplete: false });
  const ran = await tembo(api, ["session", "apply", "s1"]);
  assert.equal(ran.status, 1);
  assert.ok(ran.stderr.endsWith(`Next: ${fetchLine}`), ran.stderr);
  assert.equal(git("diff", "--cached"), "");
});

test("session diff prints an incomplete patch, warns on standard error and exits with 1", async () => {
  await using api = await apiWith({ isComplete: false });
  const piped = await tembo(api, ["session", "diff", "s1"]);
  assert.deepEqual([piped.status, piped.stdout], [1, patch]);
  assert.match(piped.stderr, /^incomplete: The patch for acme\/web is incomplete, because/);
  assert.ok(piped.stderr.endsWith(`Next: ${fetchLine}`), piped.stderr);
  const json = await tembo(api, ["session", "diff", "s1", "--json"]);
  assert.deepEqual([json.status, JSON.parse(json.stdout).items[0].isComplete], [1, false]);
  const { error, next } = JSON.parse(json.stderr);
  assert.match(error, /^The patch for acme\/web is incomplete, because/);
  assert.equal(`${next}\n`, fetchLine);
  assert.equal(
    (await tembo(api, ["session", "diff", "s1", "--stat"])).status,
    0,
    "the change counts are complete",
  );
  await using whole = await apiWith();
  const control = await tembo(whole, ["session", "diff", "s1"]);
  assert.deepEqual([control.status, control.stderr], [0, ""]);
});

test("session apply writes binary files to the checkout", async () => {
  writeFileSync(join(checkout, "picture.png"), Buffer.from([0x89, 0, 1, 2, 0xff]));
  git("add", "-A");
  const data = git("diff", "--cached", "--binary", "--full-index");
  git("reset", "-q", "--hard");
  await using api = await apiWith({ data });
  const ran = await tembo(api, ["session", "apply", "s1"]);
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(readFileSync(join(checkout, "picture.png")), Buffer.from([0x89, 0, 1, 2, 0xff]));
});

test("session apply requires --repo if the session changed several repositories", async () => {
  await using api = await apiWith({ repositories: ["acme/web", "acme/api"] });
  const unsure = await tembo(api, ["session", "apply", "s1"]);
  assert.match(unsure.stderr, /changed 2 repositories: acme\/web, acme\/api\.\nNext: .*--repo acme\/web/);
  const wrong = await tembo(api, ["session", "apply", "s1", "--repo", "nope"]);
  assert.match(wrong.stderr, /no repository "nope"\.\nNext: use one of: acme\/web, acme\/api\./);
  assert.equal((await tembo(api, ["session", "apply", "s1", "--repo", "api"])).status, 0);
});

test("session diff prints the exact patch when piped, a colored one on a terminal, and counts with --stat", async () => {
  await using api = await apiWith();
  const piped = await tembo(api, ["session", "diff", "s1"]);
  assert.equal(piped.stdout, patch);
  const applied = spawnSync("git", ["-C", checkout, "apply", "--check", "-"], { input: piped.stdout });
  assert.equal(applied.status, 0);
  assert.equal(
    (await tembo(api, ["session", "diff", "s1", "--stat"])).stdout,
    "acme/web on tembo/fix-it: 2 files, +2 -1\n",
  );
  assert.equal(
    JSON.parse((await tembo(api, ["session", "diff", "s1", "--json"])).stdout).items[0].data,
    patch,
  );
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const colored = await runCommand(["session", "diff", "s1"], { env, isOnTerminal: true });
  assert.match(colored.stdout, /\u001b\[32m\+TWO/);
  const plain = await runCommand(["session", "diff", "s1"], {
    env: { ...env, NO_COLOR: "1" },
    isOnTerminal: true,
  });
  assert.match(plain.stdout, /^\+TWO\r?$/m);
  assert.ok(!plain.stdout.includes("\u001b["));
});

test("session diff and apply report a session without changes", async () => {
  await using api = await apiWith({ repositories: [] });
  assert.match((await tembo(api, ["session", "diff", "s1"])).stderr, /has no changes yet/);
  assert.match(
    (await tembo(api, ["session", "apply", "s1"])).stderr,
    /has no changes yet\.\nNext: tembo session watch s1/,
  );
});
