import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { rejects } from "../testing/rejects.ts";
import { appKey } from "./testing/app-key.ts";
import { type FakeScript, startFakeGithub } from "./testing/fake-github.ts";
import { type Shown, shownAnswer } from "./testing/shown-answer.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const make = "POST /repos/{owner}/{repo}/git/commits";
const shown = shownAnswer(make) as Shown;
const sha = (letter: string) => letter.repeat(40);
const start = sha("0");
const commits = [
  { treeSha: sha("a"), parentShas: [start], message: "One\n" },
  { treeSha: sha("b"), parentShas: [sha("f"), sha("e")], message: "Two" },
];
interface Made {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** Fakes a GitHub that stores commits and one branch, and that signs commits if `isVerified` is true. */
async function startSigning(t: TestContext, isVerified: boolean, script: FakeScript = {}) {
  const made = new Map<string, object>();
  const bodies: Made[] = [];
  let head = start;
  const verification = { ...(shown.verification as Shown), verified: isVerified };
  const github = await startFakeGithub(t, {
    "POST /app/installations/{installation_id}/access_tokens": () => ({
      status: 201,
      body: { token: "ghs_1", expires_at: "2099-01-01T00:00:00Z" },
    }),
    [make]: ({ body, nth }) => {
      const { tree, parents, message } = body as Made;
      bodies.push(body as Made);
      const commit = {
        ...shown,
        sha: sha(String(nth)),
        message: message.trim(),
        tree: { ...(shown.tree as Shown), sha: tree },
        parents: parents.map((parent) => ({ ...(shown.parents as Shown[])[0], sha: parent })),
        verification,
      };
      made.set(commit.sha, commit);
      return { status: 201, body: commit };
    },
    "GET /repos/{owner}/{repo}/git/commits/{commit_sha}": ({ url }) => ({
      body: made.get(url.pathname.slice(-40)) ?? { ...shown, sha: url.pathname.slice(-40) },
    }),
    "GET /repos/{owner}/{repo}/git/ref/{ref}": () => {
      const ref = shownAnswer("GET /repos/{owner}/{repo}/git/ref/{ref}") as Shown;
      return { body: { ...ref, object: { ...(ref.object as Shown), sha: head } } };
    },
    "PATCH /repos/{owner}/{repo}/git/refs/{ref}": ({ body }) => {
      head = (body as { sha: string }).sha;
      return null;
    },
    ...script,
  });
  return { github, bodies, head: () => head };
}

test("creates each commit on top of the previous one and updates the branch without force", async (t) => {
  const { github, bodies, head } = await startSigning(t, true);
  const forge = github.connect(appKey());
  assert.deepEqual(await forge.signer!.signCommits(repository, { branch: "tembo/fix", commits }), [
    sha("1"),
    sha("2"),
  ]);
  assert.deepEqual(bodies, [
    { tree: sha("a"), parents: [start], message: "One\n" },
    { tree: sha("b"), parents: [sha("1"), sha("e")], message: "Two" },
  ]);
  const moved = github.requests.find(({ method }) => method === "PATCH");
  assert.deepEqual(moved?.body, { sha: sha("2"), force: false });
  assert.match(String(moved?.url), /heads%2Ftembo%2Ffix$/);
  assert.equal(head(), sha("2"));
  assert.deepEqual(github.violations, []);
});

test("finds existing commits instead of creating them again", async (t) => {
  const { github, bodies } = await startSigning(t, true);
  const forge = github.connect(appKey());
  const first = await forge.signer!.signCommits(repository, { branch: "tembo/fix", commits });
  assert.deepEqual(await forge.signer!.signCommits(repository, { branch: "tembo/fix", commits }), first);
  assert.equal(bodies.length, 2);
  const other = commits.map((commit) => ({ ...commit, message: "Other" }));
  await forge.signer!.signCommits(repository, { branch: "tembo/fix", commits: other });
  assert.equal(bodies.length, 4);
});

test("creates a branch that does not exist yet", async (t) => {
  const { github } = await startSigning(t, true, {
    "GET /repos/{owner}/{repo}/git/ref/{ref}": () => ({ status: 404, body: { message: "Not Found" } }),
  });
  await github.connect(appKey()).signer!.signCommits(repository, { branch: "tembo/fix", commits });
  const { method, body } = github.requests.at(-1)!;
  assert.deepEqual([method, body], ["POST", { ref: "refs/heads/tembo/fix", sha: sha("2") }]);
  assert.deepEqual(github.violations, []);
});

test("leaves the branch unchanged if GitHub does not sign the commits", async (t) => {
  const { github, head } = await startSigning(t, false);
  assert.equal(
    await github.connect(appKey()).signer!.signCommits(repository, { branch: "tembo/fix", commits }),
    null,
  );
  assert.equal(head(), start);
  const asked = github.requests.length;
  assert.equal(github.connect().signer, null);
  assert.equal(github.requests.length, asked);
});

test("rejects too many commits before creating any of them", async (t) => {
  const { github } = await startSigning(t, true);
  const many = Array.from({ length: 101 }, () => commits[0]!);
  const signing = github
    .connect(appKey())
    .signer!.signCommits(repository, { branch: "tembo/fix", commits: many });
  await rejects(signing, "invalid_input", /The maximum is 100/);
  assert.deepEqual(github.requests, []);
});
