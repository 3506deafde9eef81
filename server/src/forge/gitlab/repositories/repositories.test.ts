import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ForgeRepository } from "../../../core/forges/index.ts";
import { httpsRemote } from "../../testing/https-remote.ts";
import { rejects } from "../../testing/rejects.ts";
import { gitlabUnderTest } from "../testing/fake-under-test.ts";

const url = "https://tembo.example.com/api/webhook/gitlab";
const secret = "a-secret-of-the-webhook-0123456789";

test("lists the projects of several pages without duplicates", async (t) => {
  const { forge, fake, project, bot } = await gitlabUnderTest(t);
  for (let number = 1; number <= 205; number++) {
    const copy = { ...project, id: fake.nextId(), path: `app-${number}`, members: new Map([[bot.id, 30]]) };
    fake.projects.push(copy);
  }
  const names = new Set<string>();
  let listed = 0;
  for await (const { name } of forge.listRepositories(AbortSignal.timeout(60_000))) {
    names.add(name);
    listed += 1;
  }
  assert.deepEqual([listed, names.size], [206, 206]);
  assert.equal(fake.asked.filter((asked) => asked === "GET projects").length, 3);
});

test("stops listing projects when aborted", async (t) => {
  const { forge } = await gitlabUnderTest(t);
  const list = async () => {
    for await (const _ of forge.listRepositories(AbortSignal.abort()))
      assert.fail("continued after the abort");
  };
  await assert.rejects(list(), { name: "AbortError" });
});

test("returns no default branch for an empty project, and no push access for an archived one", async (t) => {
  const { forge, fake, bot, repository, project } = await gitlabUnderTest(t);
  const empty = await fake.addProject("acme/new");
  empty.members.set(bot.id, 30);
  const find = (externalId: string) => forge.findRepository({ ...repository, externalId });
  const pick = (found: ForgeRepository | null) => [found?.owner, found?.defaultBranch, found?.canPush];
  assert.deepEqual(pick(await find(String(empty.id))), ["acme", null, true]);
  project.isArchived = true;
  assert.deepEqual(pick(await find(String(project.id))), ["acme/tools", "main", false]);
});

test("looks up the role for a project that is reachable only through a shared group", async (t) => {
  const { forge, fake, repository, project, bot } = await gitlabUnderTest(t);
  const token = fake.addToken(bot);
  const shown = await fetch(`${fake.apiUrl}/projects/${project.id}`, { headers: { "private-token": token } });
  const body = {
    ...((await shown.json()) as object),
    permissions: { project_access: null, group_access: null },
  };
  fake.interrupt = (asked) => (asked === `GET projects/${project.id}` ? { body } : null);
  assert.equal((await forge.findRepository(repository))?.canPush, true);
  project.members.set(bot.id, 20);
  assert.equal((await forge.findRepository(repository))?.canPush, false);
});

test("keeps one webhook with the required events and certificate verification", async (t) => {
  const { forge, repository, project } = await gitlabUnderTest(t);
  const doubled = { id: 1, url, token: null, events: {} };
  project.hooks.push(doubled, { ...doubled, id: 2 }, { ...doubled, id: 3, url: "https://other.example.com" });
  await forge.ensureWebhook(repository, { url, secret });
  const [hook, other, ...more] = project.hooks;
  assert.deepEqual([hook?.id, hook?.token, other?.id, more.length], [1, secret, 3, 0]);
  const on = Object.entries(hook!.events).flatMap(([name, isOn]) => (isOn ? [name] : []));
  assert.deepEqual(on.sort(), [
    "enable_ssl_verification",
    "issues_events",
    "job_events",
    "merge_requests_events",
    "note_events",
    "pipeline_events",
    "push_events",
    "releases_events",
    "tag_push_events",
  ]);
  await forge.removeWebhook(repository, { url });
  assert.deepEqual(
    project.hooks.map(({ id }) => id),
    [3],
  );
});

test("disables certificate verification only for a local server without TLS", async (t) => {
  const { forge, repository, project } = await gitlabUnderTest(t);
  const verified = async (address: string) => {
    await forge.ensureWebhook(repository, { url: address, secret });
    return project.hooks.at(-1)?.events.enable_ssl_verification;
  };
  assert.equal(await verified("http://127.0.0.1:3000/hook"), false);
  assert.equal(await verified("https://127.0.0.1:3000/hook"), true);
  assert.equal(await verified("http://127.0.0.1.example.com/hook"), true);
});

test("creates one webhook for concurrent syncs", async (t) => {
  const { forge, repository, project } = await gitlabUnderTest(t);
  await Promise.all([1, 2, 3].map(() => forge.ensureWebhook(repository, { url, secret })));
  assert.equal(project.hooks.length, 1);
});

test("reports the role required to add webhooks", async (t) => {
  const { forge, repository } = await gitlabUnderTest(t, { level: 30 });
  await rejects(forge.ensureWebhook(repository, { url, secret }), "forge_unauthorized", /role Maintainer/);
});

test("reports an error if the branch to delete is protected", async (t) => {
  const { forge, repository, protect } = await gitlabUnderTest(t);
  await protect("main");
  await rejects(forge.deleteBranch(repository, "main"), "forge_unauthorized", /branch "main"/);
});

test("does not create projects, and asks the user to create them in GitLab", async (t) => {
  const { forge, repository } = await gitlabUnderTest(t);
  await rejects(forge.createRepository(repository, "main"), "forge_failed", /Create acme\/tools\/app there/);
});

test("git pushes with the returned credential, and the push is reported", async (t) => {
  const { forge, repository, fake, project } = await gitlabUnderTest(t);
  const { url: remote, credential } = await httpsRemote(forge, repository);
  assert.match(remote, /\/acme\/tools\/app\.git$/);
  const basic = Buffer.from(`${credential!.username}:${credential!.password}`).toString("base64");
  const env = { PATH: process.env.PATH, HOME: "/nonexistent", GIT_TERMINAL_PROMPT: "0" };
  const path = fake.git.path(project.git.owner, project.git.name);
  const header = `http.extraHeader=Authorization: Basic ${basic}`;
  const args = ["--git-dir", path, "-c", header, "push", remote, "main:refs/heads/tembo/pushed"];
  await promisify(execFile)("git", args, { env });
  assert.ok(await forge.findBranch(repository, "tembo/pushed"));
  const pushed = project.activity.at(-1)?.push_data as { ref: string; action: string };
  assert.deepEqual([pushed.ref, pushed.action], ["tembo/pushed", "created"]);
});
