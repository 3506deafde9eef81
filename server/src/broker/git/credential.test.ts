import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { createSpawnGit } from "../../git/process/spawn-git.ts";
import { credential } from "./forge-fixture.ts";
import { ask, branch, cloneWork, commit, git, makeGitProxy, tryGit } from "./git-proxy-fixture.ts";

const basic = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
const secrets = [credential.password, basic];

/** Asserts that neither the data that the client received, nor the files in its working folder, nor `others` contain a secret. */
function assertNothingOfIt(proxy: { work: string; seen(): string }, others: readonly string[] = []) {
  for (const secret of secrets) {
    assert.ok(!proxy.seen().includes(secret));
    for (const other of others) assert.ok(!other.includes(secret));
    const found = execFileSync("sh", ["-c", 'grep -rlF "$1" "$2" || true', "sh", secret, proxy.work]);
    assert.equal(found.toString(), "");
  }
}

test("sends the credential to the forge and never reveals it to the client", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(proxy);
  await commit(proxy.work, "a", "a\n");
  const responseHead = [
    await tryGit(proxy.work, "push", "--verbose", "origin", branch),
    await tryGit(proxy.work, "push", "--verbose", "origin", "HEAD:main"),
    await tryGit(proxy.work, "fetch", "--verbose", "origin"),
    await tryGit(proxy.work, "remote", "--verbose"),
  ];
  assertNothingOfIt(
    proxy,
    responseHead.map(({ text }) => text),
  );
  assert.ok(proxy.seen().includes("refs/heads/main"), "control: the recorded output has the refs");
  assert.ok(!/www-authenticate|set-cookie/i.test(proxy.seen()));
  assert.ok(proxy.forge.requests.every(({ headers }) => headers.authorization === `Basic ${basic}`));
});

test("does not forward the client's own credential or cookies to the forge", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  const headers = { authorization: "Basic bWluZTptaW5l", cookie: "mine=1", "x-forwarded-for": "1.2.3.4" };
  const { status } = await ask(`${proxy.url}/info/refs?service=git-upload-pack`, { headers });
  assert.equal(status, 200);
  const [seen] = proxy.forge.requests;
  assert.equal(seen!.headers.authorization, `Basic ${basic}`);
  assert.equal(seen!.headers.cookie ?? seen!.headers["x-forwarded-for"], undefined);
});

test("git reports a credential that the forge rejects, and does not prompt for another one", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  proxy.forge.state.answer = () => ({ status: 401, headers: { "www-authenticate": 'Basic realm="x"' } });
  const { text } = await tryGit(proxy.root, "clone", proxy.url, "work");
  assert.match(text, /The forge rejected the session's credential/);
  assert.doesNotMatch(text, /Username/);
});

test("masks the credential in a forge response that repeats it", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(proxy);
  proxy.forge.state.answer = () => ({
    status: 500,
    headers: { "content-type": "text/plain", "x-echo": basic },
    body: `broken: ${basic} ${credential.password}`,
  });
  const { text } = await tryGit(proxy.work, "fetch", "origin");
  assert.match(text, /The forge responded with status 500. The forge's message: broken: \*\*\* \*\*\*/);
  assertNothingOfIt(proxy, [text]);
});

test("does not follow a redirect and hides its target from the client", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  proxy.forge.state.answer = (path) =>
    path.startsWith("/app.git")
      ? {
          status: 302,
          headers: { location: `${proxy.forge.url}/elsewhere/info/refs?service=git-upload-pack` },
        }
      : null;
  const { text } = await tryGit(proxy.root, "clone", proxy.url, "work");
  assert.match(text, /was renamed or moved\. Run "tembo integration sync INTEGRATION"/);
  assert.ok(proxy.forge.requests.every(({ url }) => url.startsWith("/app.git")));
  assert.ok(!proxy.seen().includes("elsewhere"));
});

test("does not forward a response that is not from a git server", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  proxy.forge.state.answer = () => ({
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<p>Sign in",
  });
  const { text } = await tryGit(proxy.root, "clone", proxy.url, "work");
  assert.match(text, /did not respond as a git server/);
  assert.ok(!proxy.seen().includes("Sign in"));
});

test("reports a push that the forge rejects as a git rejection", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(proxy);
  await commit(proxy.work, "a", "a\n");
  proxy.forge.state.answer = (path) =>
    path.endsWith("/git-receive-pack")
      ? { status: 403, headers: { "content-type": "text/plain" }, body: "read only" }
      : null;
  const { text } = await tryGit(proxy.work, "push", "origin", branch);
  assert.match(
    text,
    /! \[remote rejected\].*\(The forge responded with status 403. The forge's message: read only\.\)/,
  );
  delete proxy.forge.state.answer;
  await git(proxy.work, "push", "--quiet", "origin", branch);
});
