import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ask, makeGitProxy } from "../broker/git/git-proxy-fixture.ts";
import { AppError } from "../core/base/index.ts";
import type { Forge } from "../core/forges/index.ts";
import { createForges } from "../forge/create-forges.ts";
import { createSpawnGit } from "../git/process/spawn-git.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import {
  type HostileForge,
  type HostileForgeName,
  hostileForgeNames,
  lfsObject,
  sha,
  startBystander,
  startHostileForge,
} from "./hostile-forge.ts";

const log = { info() {}, warn() {}, error() {} };
const isNever = new AbortController().signal;

/**
 * Starts a forge and a bystander. Lists only the forge as a private host, or both servers if `isListed` is true. `other.example` resolves
 * to the bystander's address, as if the owner of that name had configured this.
 */
async function start(t: TestContext, name: HostileForgeName, isListed = false) {
  const [hostile, bystander] = [await startHostileForge(t, name), await startBystander(t)];
  const { host, port } = new URL(bystander.url);
  const outbound = testOutbound({
    privateHosts: [new URL(hostile.url).host, ...(isListed ? [host, `other.example:${port}`] : [])],
    lookup: async () => ["127.0.0.2"],
  });
  const forge = createForges(null as never, { log, fetch: outbound.fetch })[name]!.connect(
    hostile.connection,
  );
  const places = {
    "a private address": `${bystander.url}/latest/meta-data`,
    "another host": `http://other.example:${port}/x`,
    "a file": "file:///etc/passwd",
    "a program": "ext::sh -c 'touch /tmp/owned'",
    "no address": "http://[nowhere",
  };
  return { hostile, bystander, outbound, forge, places };
}

async function rejectsClearly(work: Promise<unknown>, what: string, sentence: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof AppError, `${what}: ${error}`);
    assert.ok(["forge_failed", "unreachable"].includes(error.code), `${what}: ${error.code}`);
    assert.match(error.message, sentence, what);
    return true;
  });
}

/**
 * Returns the names of all items in the list with a second page. The items are checks for GitLab and Bitbucket, and repositories for the
 * other forges.
 */
async function readPages(forge: Forge, { repository }: HostileForge): Promise<string[]> {
  if (forge.name === "gitlab" || forge.name === "bitbucket")
    return (await forge.checkResults(repository, sha)).map(({ name }) => name);
  const found: string[] = [];
  for await (const { name } of forge.listRepositories(isNever)) found.push(name);
  return found;
}

/** Forges whose adapters read the clone URL from the API. The other adapters derive it from the integration's own URL. */
const readsCloneUrl: ReadonlySet<HostileForgeName> = new Set(["github"]);
/**
 * Forges whose adapters read the next page from the response. Bitbucket's response contains a URL, and GitLab's contains a query. The other
 * adapters count pages and follow no links.
 */
const readsNextPage: ReadonlySet<HostileForgeName> = new Set(["bitbucket", "gitlab"]);
/**
 * True if the adapter follows redirects for logs. GitLab sends logs itself, so its adapter follows no redirect to another host, even to a
 * listed one.
 */
const followsLogs = (name: HostileForgeName) => name !== "gitlab";
const fullPage = { github: 100, gitlab: 100, bitbucket: 100, gitea: 50 };

for (const name of hostileForgeNames) {
  test(`${name}: a clone URL cannot direct host git to another location`, async (t) => {
    const { hostile, bystander, forge, places } = await start(t, name, true);
    const own = await forge.remote(hostile.repository);
    assert.ok(
      own.kind === "https" && own.url === `${hostile.url}/acme/app.git`,
      "control: accepts the forge's own URL",
    );
    for (const [what, place] of Object.entries({ "a path": "/srv/forge/acme/vault.git", ...places })) {
      const fresh = await start(t, name, true);
      fresh.hostile.named.cloneUrl = place;
      const remote = fresh.forge.remote(fresh.hostile.repository);
      if (readsCloneUrl.has(name)) await rejectsClearly(remote, what, /uses only URLs on 127\.0\.0\.1:\d+/);
      else assert.deepEqual({ ...(await remote), url: own.url }, own, what);
      if (!readsCloneUrl.has(name)) assert.ok(JSON.stringify(await remote).includes(fresh.hostile.url), what);
    }
    assert.deepEqual(bystander.hits, []);
  });

  test(`${name}: a next-page link cannot direct requests to another host`, async (t) => {
    const { hostile, bystander, forge, places } = await start(t, name, true);
    const own = await readPages(forge, hostile);
    assert.equal(own.length, fullPage[name] + 1, "control: reads two pages of the forge");
    for (const [what, place] of Object.entries({ "a path": "/etc/passwd", ...places })) {
      hostile.named.nextPage = place;
      const pages = readPages(forge, hostile);
      if (readsNextPage.has(name))
        await rejectsClearly(pages, what, /as the next page|next-page link|could not list the checks/);
      else assert.equal((await pages).length, fullPage[name] + 1, what);
    }
    assert.deepEqual(bystander.hits, []);
  });

  test(`${name}: a log URL cannot point to a private address, file or program`, async (t) => {
    const { hostile, bystander, forge, places } = await start(t, name);
    const readLog = (from = { forge, hostile }) =>
      from.forge.jobLog(from.hostile.repository, from.hostile.job, 1000);
    assert.equal(await readLog(), "the log of the forge", "control: reads the forge's own log");
    for (const [what, place] of Object.entries(places)) {
      hostile.named.log = place;
      await rejectsClearly(readLog(), what, /TEMBO_PRIVATE_HOSTS|does not follow|redirects to/);
    }
    hostile.named.log = "/etc/passwd";
    assert.equal(await readLog(), null, "a path resolves to the forge, which has no such log");
    assert.deepEqual(bystander.hits, []);

    const listed = await start(t, name, true);
    listed.hostile.named.log = listed.places["another host"];
    if (!followsLogs(name)) return rejectsClearly(readLog(listed), "listed", /redirects to/);
    assert.equal(
      await readLog(listed),
      "the secret of a bystander",
      "control: reads a log from a listed host",
    );
    assert.equal(listed.bystander.hits[0]?.headers.authorization, undefined);
    assert.equal(JSON.stringify(listed.bystander.hits).includes("very-secret-token"), false);
  });

  test(`${name}: a Git LFS object URL cannot point to a private address, file or program`, async (t) => {
    const { hostile, bystander, outbound, forge, places } = await start(t, name);
    const remote = await forge.remote(hostile.repository);
    const proxy = await makeGitProxy(t, { createSpawnGit, outbound, remote });
    const readObject = async (operation = "download") => {
      const objects = [{ oid: lfsObject.oid, size: lfsObject.content.length }];
      const { text } = await ask(`${proxy.url}/info/lfs/objects/batch`, {
        method: "POST",
        body: JSON.stringify({ operation, objects }),
        headers: { "content-type": "application/vnd.git-lfs+json" },
      });
      const [object] = JSON.parse(text).objects;
      const href = object.actions?.download?.href;
      return href === undefined ? object.error.message : (await ask(href)).text;
    };
    assert.equal(await readObject(), lfsObject.content, "control: reads the forge's own object");
    for (const [what, place] of Object.entries({ "a path": "/etc/passwd", ...places })) {
      hostile.named.lfsObject = place;
      assert.match(await readObject(), /TEMBO_PRIVATE_HOSTS|URL that Tembo does not accept/, what);
    }
    assert.deepEqual(bystander.hits, []);
  });
}
