import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { credential, serveForge } from "../../broker/git/forge-fixture.ts";
import { AppError } from "../../core/base/index.ts";
import { pollUntil } from "../../runtime/poll-until.ts";
import { author, makeWorld, signal } from "../git-fixture.ts";
import { isTransient, nameOf, pushAdvice, remoteError } from "./remote-error.ts";

/** Creates a session with captured work, whose remote is a forge over HTTP. */
async function worked(t: TestContext) {
  const world = makeWorld(t);
  const forge = await serveForge(t, dirname(world.remotePath));
  const remote = { kind: "https", url: `${forge.url}/app.git`, credential } as const;
  await world.fetch();
  await world.checkOut();
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  const push = (until = signal) =>
    world.git.push(
      { site: world.site, remote, branch: "tembo/work", rescueBranch: "r", sha: headSha!, author },
      until,
    );
  return { ...world, forge, remote, headSha: headSha!, push };
}

const stderr =
  (code: string, ...words: RegExp[]) =>
  (error: unknown) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code, error.message);
    for (const word of words) assert.match(error.message, word);
    assert.ok(!error.message.includes(credential.password));
    return true;
  };

/** Returns a response that rejects the request for the push service, because forges reject a push at that point. */
const refusePush = (status: number, body: string) => (path: string) =>
  path.includes("receive-pack") ? { status, headers: { "content-type": "text/plain" }, body } : null;

test("keeps the work if the token is revoked, and pushes it the next time", async (t) => {
  const world = await worked(t);
  world.forge.state.answer = () => ({ status: 401, headers: { "www-authenticate": "Basic" } });
  await assert.rejects(world.push(), stderr("forge_unauthorized", /for app\b/, /remains in the workspace/));
  delete world.forge.state.answer;
  assert.deepEqual(await world.push(), { outcome: "pushed", sha: world.headSha });
});

test("repeats a push to which the forge does not respond", async (t) => {
  const world = await worked(t);
  const statuses = [502, 503];
  world.forge.state.answer = (path) => {
    const status = path.includes("receive-pack") ? statuses.shift() : undefined;
    return status === undefined ? null : { status };
  };
  assert.deepEqual(await world.push(), { outcome: "pushed", sha: world.headSha });
  assert.deepEqual(statuses, []);
  assert.match(world.warnings.join(), /a forge does not respond to git; retrying/);
});

test("repeats a fetch only for the time that the caller allows", async (t) => {
  const world = await worked(t);
  const statuses = [502];
  world.forge.state.answer = () => {
    const status = statuses.shift();
    return status === undefined ? null : { status };
  };
  const fetch = (patienceMs?: number) =>
    world.git.fetchMirror(
      {
        mirrorPath: world.site.mirrorPath,
        remote: world.remote,
        ...(patienceMs !== undefined && { patienceMs }),
      },
      signal,
    );
  await fetch(60_000);
  assert.equal(statuses.length, 0);
  statuses.push(502);
  await assert.rejects(fetch(), stderr("git_failed", /502/));
});

test("ends the retries of a push when its signal aborts", async (t) => {
  const world = await worked(t);
  world.forge.state.answer = () => ({ status: 502 });
  const stop = new AbortController();
  const pushing = world.push(stop.signal);
  await pollUntil(() => /does not respond/.test(world.warnings.join()), { every: 10, timeoutMs: 20_000 });
  stop.abort(new Error("stopped"));
  await assert.rejects(pushing, /stopped/);
});

test("distinguishes a forge that does not respond from one that rejects the push", () => {
  const remote = { kind: "folder", name: "app" } as unknown as Parameters<typeof remoteError>[2];
  const hungUp = "send-pack: unexpected disconnect\nfatal: the remote end hung up unexpectedly";
  const returned = (status: number) =>
    `error: RPC failed; HTTP ${status} curl 22 The requested URL returned error: ${status}\n${hungUp}`;
  const transient = [
    "fatal: unable to access: Failed to connect to forge",
    hungUp,
    returned(502),
    returned(429),
  ];
  for (const words of transient) {
    const error = remoteError("push", words, remote);
    assert.ok(isTransient(error), words);
    assert.match(
      error!.message,
      /^git push failed: .*\. The work remains in the workspace, and the next message/s,
    );
  }
  for (const words of [returned(413), returned(403), "fatal: Authentication failed", "error: bad object"])
    assert.ok(!isTransient(remoteError("push", words, remote)), words);
});

test("promises a later push only if a push was rejected", () => {
  const remote = { kind: "folder", name: "app" } as unknown as Parameters<typeof remoteError>[2];
  const messageOf = (verb: string) => remoteError(verb, "fatal: Authentication failed", remote)!.message;
  assert.match(
    messageOf("push"),
    /credential\. The work remains in the workspace, and the next message pushes it\.$/,
  );
  assert.match(messageOf("fetch"), /Replace the integration's credential\.$/);
});

test("reports the repository and the forge's message if a fetch is forbidden", async (t) => {
  const world = await worked(t);
  world.forge.state.answer = () => ({
    status: 403,
    headers: { "content-type": "text/plain" },
    body: "Resource protected by organization SAML enforcement.\n",
  });
  await assert.rejects(
    world.git.fetchMirror({ mirrorPath: world.site.mirrorPath, remote: world.remote }, signal),
    stderr("forge_unauthorized", /for app\b/, /SAML enforcement/),
  );
});

test("reports a repository that does not exist or is hidden", async (t) => {
  const world = await worked(t);
  world.forge.state.answer = () => ({ status: 404 });
  await assert.rejects(
    world.push(),
    stderr("git_failed", /app does not exist, or the credential cannot access it/),
  );
});

for (const [what, body, advice] of [
  [
    "an archived repository",
    "This repository was archived so it is read-only.",
    /archived or read-only\. Unarchive it/,
  ],
  ["a missing permission", "Permission to acme/app.git denied to bot.", /cannot write to the repository/],
] as const)
  test(`explains how to fix a rejected push: ${what}`, async (t) => {
    const world = await worked(t);
    world.forge.state.answer = refusePush(403, `${body}\n`);
    await assert.rejects(world.push(), stderr("push_rejected", advice, new RegExp(body)));
  });

for (const [forge, words, advice] of [
  ["GitHub", "error: GH006: Protected branch update failed for refs/heads/x.", /branch is protected/],
  [
    "a GitHub rule",
    "error: GH013: Repository rule violations found for refs/heads/x.",
    /branch is protected/,
  ],
  ["GitLab", "GitLab: You are not allowed to push code to protected branches on this project.", /protected/],
  ["Bitbucket", "Permission denied to update branch tembo/work.", /branch is protected/],
  ["Gitea", "Gitea: Not allowed to push to protected branch tembo/work", /branch is protected/],
  ["a rule", "GL-HOOK-ERR: Commit message needs a ticket", /repository rule/],
  ["a signature rule", "error: GH006: Commits must have verified signatures.", /shouldSignCommits/],
  ["a size limit", "error: GH001: Large files detected.", /Git LFS/],
  [
    "a workflow rule",
    "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission",
    /no permission to write them\. Add/,
  ],
  [
    "missing Git LFS files",
    "error: GH008: Your push referenced at least 1 unknown Git LFS object",
    /git lfs push/,
  ],
] as const)
  test(`explains how to fix a push that a pre-receive hook rejects (${forge})`, async (t) => {
    const world = await worked(t);
    mkdirSync(join(world.remotePath, "hooks"), { recursive: true });
    const hook = join(world.remotePath, "hooks/pre-receive");
    writeFileSync(hook, `#!/bin/sh\ncat >&2 <<'END'\n${words}\nEND\nexit 1\n`);
    chmodSync(hook, 0o755);
    await assert.rejects(world.push(), stderr("push_rejected", advice, /declined/));
  });

test("returns no advice for an unknown error message", () => {
  assert.equal(pushAdvice("no, thank you"), "");
  const remote = {
    kind: "https",
    url: "https://forge.example/group/sub/app.git/",
    credential: null,
  } as const;
  assert.equal(nameOf(remote), "group/sub/app");
  assert.equal(nameOf({ kind: "folder", path: "/data/forge/acme/app.git", name: "acme/app" }), "acme/app");
  assert.equal(remoteError("fetch", "fatal: bad object", remote), null);
});
