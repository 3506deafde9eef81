import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { makeBitbucket } from "../../server/src/forge/bitbucket/testing/bitbucket-under-test.ts";
import { makeForgejo, makeGitea } from "../../server/src/forge/gitea/testing/gitea-under-test.ts";
import { gitlabUnderTest } from "../../server/src/forge/gitlab/testing/fake-under-test.ts";
import { makeStarted } from "../../server/src/forge/local/testing/local-forge-fixture.ts";

const command = join(import.meta.dirname, "../verify-forge.ts");
const steps = 17;

/** Runs the command as from a shell, without a terminal. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [command, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { out, err, code: code as number | null };
}

const withToken = (args: readonly string[], token: string) =>
  run([...args, "--yes"], { TEMBO_VERIFY_TOKEN: token });

function assertAllPassed({ out, err, code }: Awaited<ReturnType<typeof run>>): void {
  assert.doesNotMatch(out, /^FAIL/m);
  assert.ok(out.endsWith(`\n${steps} passed, 0 failed\n`), `${out}\n${err}`);
  assert.equal(code, 0);
}

test("passes every step on GitLab, and leaves only a closed pull request behind", async (t) => {
  const { fake, project, bot } = await gitlabUnderTest(t);
  const token = fake.addToken(bot);
  const ran = await withToken(["gitlab", "--repo", "acme/tools/app", "--url", fake.url], token);
  assertAllPassed(ran);
  assert.ok(!`${ran.out}${ran.err}`.includes(token));
  assert.deepEqual(
    project.mergeRequests.map(({ state }) => state),
    ["closed"],
  );
  const { owner, name } = project.git;
  assert.deepEqual([...(await fake.git.branches(owner, name)).keys()], ["main"]);
});

for (const [called, make] of [
  ["Gitea", makeGitea],
  ["Forgejo", makeForgejo],
] as const) {
  test(`passes every step on ${called}`, async (t) => {
    const { fake } = await make(t);
    assertAllPassed(await withToken(["gitea", "--repo", "acme/app", "--url", fake.url], "token-of-tembo"));
    assert.deepEqual([...(await fake.git.branches("acme", "app")).keys()], ["main"]);
  });
}

test("passes every step on Bitbucket", async (t) => {
  const { fake } = await makeBitbucket(t);
  const addresses = ["--url", fake.url, "--api-url", `${fake.url}/2.0`];
  assertAllPassed(await withToken(["bitbucket", "--repo", "acme/app", ...addresses], "token-of-tembo"));
});

test("passes every step on a server with GitHub's REST API", async (t) => {
  const { url, writer } = await makeStarted(t);
  const addresses = ["--url", url, "--api-url", `${url}/api/github/v3`];
  assertAllPassed(await withToken(["github", "--repo", "acme/app", ...addresses], writer.token));
});

test("fails a step that the forge rejects, still runs the other steps, and exits with 1", async (t) => {
  const { fake, project, bot } = await gitlabUnderTest(t);
  fake.interrupt = (asked) =>
    /^POST .*\/notes$/.test(asked) ? { status: 403, body: { message: "403 Forbidden" } } : null;
  const ran = await withToken(["gitlab", "--repo", "acme/tools/app", "--url", fake.url], fake.addToken(bot));
  assert.match(ran.out, /^FAIL {2}posts a comment: .+$/m);
  assert.match(ran.out, /^ok {4}closes the pull request$/m);
  assert.ok(ran.out.endsWith(`\n${steps - 2} passed, 1 failed\n`), ran.out);
  assert.equal(ran.code, 1);
  assert.deepEqual(
    project.mergeRequests.map(({ state }) => state),
    ["closed"],
  );
});

test("fails with an unknown token, and pushes nothing", async (t) => {
  const { fake } = await makeGitea(t);
  const ran = await withToken(["gitea", "--repo", "acme/app", "--url", fake.url], "never-given-out");
  assert.match(ran.out, /^FAIL {2}returns the token's account: .+$/m);
  assert.equal(ran.code, 1);
  assert.deepEqual([...(await fake.git.branches("acme", "app")).keys()], ["main"]);
});

test("lists the planned steps, and performs none without --yes and a terminal", async (t) => {
  const { fake } = await makeGitea(t);
  const ran = await run(["gitea", "--repo", "acme/app", "--url", fake.url], {
    TEMBO_VERIFY_TOKEN: "token-of-tembo",
  });
  assert.match(ran.out, /pushes one commit to the new branch tembo\/verify-\d+/);
  assert.match(ran.out, /opens a pull request/);
  assert.equal(
    ran.err,
    "This command requires confirmation. Nothing was changed. Run it in a terminal, or pass --yes.\n",
  );
  assert.equal(ran.code, 1);
  assert.deepEqual(fake.server.asked, []);
});

for (const [what, args, sentence] of [
  ["a missing forge", [], /^No forge specified\. Use one of: github, gitlab, bitbucket, gitea\.$/m],
  ["an unknown forge", ["gitbub", "--repo", "a/b"], /^Unknown forge "gitbub"\. Use one of: github,/m],
  ["a missing repository", ["github"], /^No repository specified\. Pass --repo OWNER\/NAME\./m],
  [
    "Gitea without its URL",
    ["gitea", "--repo", "a/b"],
    /Set --url to the URL that people open in a browser\.$/m,
  ],
  ["an unknown argument", ["github", "--repo", "a/b", "--token", "hush"], /^The arguments are not valid\./m],
] as const) {
  test(`rejects ${what}, and prints the usage`, async () => {
    const ran = await withToken(args, "any");
    assert.match(ran.err, sentence);
    assert.match(ran.err, /^npm run verify:forge -- FORGE --repo OWNER\/NAME/m);
    assert.ok(!ran.err.includes("hush"));
    assert.equal(ran.code, 1);
  });
}

test("names the variable to set if the token is missing", async () => {
  const ran = await run(["github", "--repo", "a/b", "--yes"]);
  assert.equal(ran.err, "No token found. Nothing was changed. Set TEMBO_VERIFY_TOKEN.\n");
  assert.equal(ran.code, 1);
});

test("asks for confirmation on a terminal, and does not echo the token", async (t) => {
  const { fake } = await makeGitea(t);
  const address = ["gitea", "--repo", "acme/app", "--url", fake.url];
  const agreed = await runOnTerminal(address, { "Continue?": "y", "Token (": "token-of-tembo" });
  assert.match(agreed.shown, new RegExp(`^${steps} passed, 0 failed\\r$`, "m"));
  assert.ok(!agreed.shown.includes("token-of-tembo"), agreed.shown);
  // Control: the terminal echoes input that is not secret.
  assert.match(agreed.shown, /^Continue\? \[y\/N\] y/m);
  assert.equal(agreed.code, 0);

  const before = fake.server.asked.length;
  const refused = await runOnTerminal(address, { "Continue?": "n" });
  assert.match(refused.shown, /^Nothing was changed\.\r$/m);
  assert.equal(refused.code, 1);
  assert.equal(fake.server.asked.length, before);
});

/** Types each answer and presses Enter when its question appears. */
async function runOnTerminal(args: readonly string[], answers: Readonly<Record<string, string>>) {
  const line = [process.execPath, command, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
    env: { PATH: process.env.PATH, SHELL: "/bin/sh", TERM: "dumb" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const open = new Map(Object.entries(answers));
  let shown = "";
  for await (const chunk of child.stdout) {
    shown += chunk;
    for (const [question, answer] of open) {
      if (!shown.includes(question)) continue;
      open.delete(question);
      child.stdin.write(`${answer}\r`);
    }
  }
  const [code] = await ended;
  return { shown, code: code as number | null };
}
