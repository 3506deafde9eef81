import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Tembo from "@tembo-io/sdk";
import pg from "pg";
import { steps } from "../../scripted-model/server.ts";
import {
  API_KEY,
  assertSeamless,
  ofType,
  pushFiles,
  remoteFile,
  startWorld,
  type World,
} from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

/** Sets an external URL as the URL of a repository on the local forge. */
async function connectUnder(id: string, url: string, urlKey: string): Promise<void> {
  const client = new pg.Client({
    connectionString: `postgresql://tembo@localhost/tembo?host=${world.dataDir}/postgres/run`,
  });
  await client.connect();
  await client.query("update repositories set connected_url = $2, url_key = $3 where id = $1", [
    id,
    url,
    urlKey,
  ]);
  await client.end();
}

test("runs the vendor's documented sample unchanged, and opens a pull request in each repository", async () => {
  const first = await world.repository("org/repo", { "login.js": "export const login = () => false;\n" });
  const second = await world.repository("org/repo-2", { "token.js": "export const token = null;\n" });
  for (const { url } of [first, second]) {
    await pushFiles(url, API_KEY, "dev", { "dev.txt": "dev\n" });
  }
  await connectUnder(first.id, "https://github.com/org/repo", "github.com/org/repo");
  await connectUnder(second.id, "https://gitlab.com/org/repo-2", "gitlab.com/org/repo-2");
  world.model.script(/authentication bug/, [
    steps.read("repo/login.js"),
    steps.write("repo/login.js", "export const login = () => true;\n"),
    steps.read("repo-2/token.js"),
    steps.write("repo-2/token.js", "export const token = 'fresh';\n"),
    steps.say("Both are fixed."),
  ]);
  process.env.TEMBO_BASE_URL = world.url;

  const client = new Tembo({ apiKey: API_KEY });
  const session = await client.session.create({
    prompt: "Fix the authentication bug in the login component",
    agent: "claudeCode:claude-opus-4-5",
    repositories: ["https://github.com/org/repo", "https://gitlab.com/org/repo-2"],
    targetBranch: "dev",
    branchName: "cooper-is-awesome",
  });
  assert.match(session.id, /^[0-9a-f-]{36}$/);

  const events = await world.ended(session.id);
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(ofType(events, "pullRequest.opened").length, 2);
  const { items } = await world.client.pullRequests.list();
  assert.deepEqual(
    items.map((item) => [item.codeRepository?.url, item.baseBranch, item.sourceBranch, item.state]).sort(),
    [
      ["https://github.com/org/repo", "dev", "cooper-is-awesome", "needs review"],
      ["https://gitlab.com/org/repo-2", "dev", "cooper-is-awesome", "needs review"],
    ],
  );
  const retrieved = await world.client.pullRequests.retrieve(items[0]!.id);
  assert.match(retrieved.diff?.data ?? "", /^\+export const/m);
  assert.equal(
    await remoteFile(`${world.url}/git/org/repo.git`, API_KEY, "cooper-is-awesome", "login.js"),
    "export const login = () => true;",
  );
});

test("the published @tembo-io/sdk@0.2.3 creates, lists and searches tasks, lists repositories and reads me", async () => {
  const { default: Published } = await import("tembo-sdk-published");
  const client = new Published({
    apiKey: API_KEY,
    baseURL: world.url,
    maxRetries: 0,
    fetch: world.checked.fetch,
  });
  const task = await client.task.create({ prompt: "Published greeting, please", queueRightAway: false });
  assert.equal(task.status, "draft");
  const listed = await client.task.list({ limit: 5 });
  assert.ok(listed.issues?.some(({ id }: { id: string }) => id === task.id));
  const found = await client.task.search({ q: "published greeting" });
  assert.deepEqual(
    found.issues?.map(({ id }: { id: string }) => id),
    [task.id],
  );
  const { codeRepositories } = await client.repository.list();
  assert.equal(codeRepositories?.length, 2);
  const me = await client.me.retrieve();
  assert.match(me.orgId ?? "", /^[0-9a-f-]{36}$/);
  assert.match(String(me.userId), /^[0-9a-f-]{36}$/);
});
