import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { after, type TestContext } from "node:test";
import { createEgressProxy } from "../../../broker/egress/create-egress-proxy.ts";
import { createApiKey, hashToken } from "../../../core/accounts/api-key/create-api-key.ts";
import { createFirstMember } from "../../../core/accounts/member/first-member.ts";
import { newId, systemClock } from "../../../core/base/index.ts";
import { type Forge, type RepositoryRef, renewAlone } from "../../../core/forges/index.ts";
import { createStore } from "../../../store/create-store.ts";
import { createMigratedTestDatabase, createTestDatabase } from "../../../testing/test-database.ts";
import { aRepository } from "../../../testing/test-store.ts";
import { createGitHttp } from "../git-http.ts";
import { createLocalForge, type LocalForgeOptions } from "../local-forge.ts";
import { git, makeRepositories, silent } from "./repository-fixture.ts";

/** Test database that exists until the end, so that its server continues to run for all tests in a file. */
let kept: ReturnType<typeof createTestDatabase> | undefined;
after(async () => (await kept)?.drop());

/** Starts the complete forge on a loopback port, with a real store, the empty repository acme/app and API keys from two organizations. */
export async function makeForge(t: TestContext, change: Partial<LocalForgeOptions> = {}) {
  kept ??= createTestDatabase();
  await kept;
  const database = await createMigratedTestDatabase();
  t.after(() => database.drop());
  const { store, close } = createStore({
    pool: database.pool,
    log: silent,
    clock: systemClock,
    repositoryKey: (url) => url,
  });
  t.after(() => close());
  const made = await makeRepositories(t);
  const [organizationId, otherId] = [newId(), newId()];
  await store.organizations.insert({ id: organizationId, name: "Acme" });
  await store.organizations.insert({ id: otherId, name: "Other" });
  const repository = aRepository({ organizationId, owner: "acme", name: "app" });
  await store.repositories.insert(repository);
  let url = "";
  const proxy = createEgressProxy({ log: silent, privateHosts: ["127.0.0.1"] });
  const local = createLocalForge({
    dataDir: made.dataDir,
    publicUrl: () => url,
    store,
    clock: systemClock,
    log: silent,
    sendHook: proxy.sendWebhook,
    problemOfHookUrl: proxy.problemOfWebhookUrl,
    ...change,
  });
  t.after(() => local.close());
  const serveGit = createGitHttp({
    dataDir: made.dataDir,
    log: silent,
    authorize: async ({ token }) => {
      const key = token === null ? null : await store.apiKeys.findByTokenHash("key", hashToken(token));
      return key?.organizationId === organizationId ? "ok" : "unauthenticated";
    },
    onPush: local.noticePush,
  });
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const serve = request.url?.startsWith("/git/") ? serveGit : local.api;
    const work = serve(request, response).finally(() => running.delete(work));
    running.add(work);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(running);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const connect = (token: string): Forge =>
    local.connect({
      webUrl: url,
      apiUrl: `${url}/api/github/v3`,
      credential: { type: "token", token, username: null },
      renew: renewAlone,
    });
  const ports = { store, clock: systemClock };
  const userId = await createFirstMember(ports, organizationId);
  const ref: RepositoryRef = { id: repository.id, externalId: null, owner: "acme", name: "app" };
  return {
    ...made,
    local,
    store,
    url,
    organizationId,
    userId,
    repository: ref,
    running,
    /** Connects as Tembo itself. */
    forge: connect(""),
    connect,
    writer: await createApiKey(ports, { organizationId, userId, name: "Ada Lovelace" }),
    reviewer: await createApiKey(ports, { organizationId, userId, name: "Grace Hopper" }),
    /** Key of another organization, which has no access. */
    reader: await createApiKey(ports, {
      organizationId: otherId,
      userId: await createFirstMember(ports, otherId),
      name: "Other",
    }),
  };
}

export type MadeForge = Awaited<ReturnType<typeof makeForge>>;

/** Starts the forge as `makeForge` does, clones its repository over HTTP and pushes a first commit to main. */
export async function makeStarted(t: TestContext, change: Partial<LocalForgeOptions> = {}) {
  const made = await makeForge(t, change);
  const { person, dataDir, url, writer, running } = made;
  const push = async (...args: string[]) => {
    await git(person, "push", "--quiet", "origin", ...args);
    // Pushes are published after the response is sent.
    await Promise.all(running);
  };
  await git(
    dataDir,
    "clone",
    "--quiet",
    `${url.replace("//", `//x:${writer.token}@`)}/git/acme/app.git`,
    person,
  );
  await git(person, "checkout", "--quiet", "-B", "main");
  const write = async (path: string, text: string = `${randomUUID()}\n`) => {
    const file = join(person, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    await git(person, "add", "--all");
    await git(person, "commit", "--quiet", "-m", `Change ${path}`);
    return git(person, "rev-parse", "HEAD");
  };
  await write("README.md", "# App\n");
  await push("main");

  return {
    ...made,
    push,
    write,
    branch: (name: string) => push(`origin/main:refs/heads/${name}`),
    commit: async (branch: string, path = "fix.txt") => {
      await git(person, "fetch", "--quiet", "origin");
      const isThere = await git(person, "rev-parse", "--verify", "--quiet", `origin/${branch}`).then(
        () => true,
        () => false,
      );
      await git(person, "checkout", "--quiet", "-B", branch, isThere ? `origin/${branch}` : "origin/main");
      const sha = await write(path);
      await push(branch);
      return sha;
    },
  };
}

export type StartedForge = Awaited<ReturnType<typeof makeStarted>>;

/** Returns a client for the forge's API with this token. The client throws if a response is not successful. */
export function asPerson({ url }: Pick<MadeForge, "url">, token: string) {
  return async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/api/github/v3${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
}
