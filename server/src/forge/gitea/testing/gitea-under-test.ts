import type { TestContext } from "node:test";
import type { Forge, ForgeCredential } from "../../../core/forges/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { repositoryGit } from "../../local/repository-git.ts";
import type { ForgePerson, ForgeUnderTest } from "../../testing/forge-under-test.ts";
import { startRestServer } from "../../testing/rest-server.ts";
import { createGiteaForge } from "../gitea-forge.ts";
import { FakeGitea } from "./fake-gitea.ts";
import { giteaRoutes } from "./gitea-routes.ts";

const silent = { info() {}, warn() {}, error() {} };

export interface GiteaUnderTest extends ForgeUnderTest {
  readonly fake: FakeGitea;
  connect(credential: ForgeCredential, onRenewed?: (credential: ForgeCredential) => void): Forge;
}

/** Creates a fake Forgejo. It has no endpoints for runs and logs, and sends run events instead of statuses. */
export async function makeForgejo(t: TestContext): Promise<GiteaUnderTest> {
  const made = await makeGitea(t);
  Object.assign(made.fake, { isForgejo: true, hasRuns: false });
  return { ...made, can: { ...made.can, jobLogs: false } };
}

/** Creates a fake Gitea with accounts for Tembo, a writer and a reader. */
export async function makeGitea(t: TestContext): Promise<GiteaUnderTest> {
  const fake = new FakeGitea();
  await fake.attach(await startRestServer(giteaRoutes(fake), (...exchange) => fake.git.serve(...exchange)));
  t.after(() => fake.close());
  const tembo = fake.addAccount("tembo", "admin");
  const writer = fake.addAccount("ada", "write");
  const reader = fake.addAccount("bob", "read");
  const adapter = createGiteaForge({ log: silent, fetch: testOutbound().fetch, wait: async () => {} });
  const connect: GiteaUnderTest["connect"] = (credential, onRenewed) =>
    adapter.connect({
      webUrl: fake.url,
      apiUrl: `${fake.url}/api/v1`,
      credential,
      renew: async (known, refresh) => {
        const renewed = await refresh(known);
        onRenewed?.(renewed);
        return renewed;
      },
    });
  const token = (value: string) => connect({ type: "token", token: value, username: null });

  async function commit(branch: string, path = "file.txt"): Promise<string> {
    const before = await fake.branchSha(branch);
    const content = `${branch} ${path} ${Math.random()}\n`;
    const sha = await fake.git.commitFile(fake.owner, fake.gitName, branch, { path, content });
    await fake.noticePush(branch, before, sha, writer.account);
    return sha;
  }

  async function setCheck(sha: string, check: Parameters<ForgeUnderTest["setCheck"]>[1]): Promise<void> {
    const { name, state, log } = check;
    let url = "https://ci.example.com/1";
    if (log !== undefined) {
      const run = fake.id();
      fake.logs.set(fake.id(), { sha, run, text: log });
      url = `/${fake.owner}/${fake.name}/actions/runs/${run}/jobs/0`;
    }
    const states = { pending: "pending", passed: "success", failed: "failure" };
    const body = { context: name, state: states[state], target_url: url };
    await ask(fake, writer.token, "POST", `/statuses/${sha}`, body);
    if (fake.isForgejo && state !== "pending")
      fake.sendRun(sha, state === "failed" ? "failure" : "success", writer.account);
  }

  return {
    fake,
    adapter,
    connect,
    forge: token(tembo.token),
    stranger: token("never-given-out"),
    repository: {
      id: "0".repeat(8),
      externalId: String(fake.repositoryId),
      owner: fake.owner,
      name: fake.name,
    },
    commit,
    async branch(name) {
      const main = (await fake.branchSha("main"))!;
      const path = fake.git.path(fake.owner, fake.gitName);
      await repositoryGit(["--git-dir", path, "update-ref", `refs/heads/${name}`, main]);
      await fake.noticePush(name, null, main, writer.account);
    },
    protect: async (branch) => void fake.isProtected.add(branch),
    async rename(name) {
      fake.oldNames.add(fake.name);
      fake.name = name;
    },
    writer: person(fake, writer),
    reader: person(fake, reader),
    setCheck,
    can: {
      draft: true,
      react: true,
      review: true,
      issues: true,
      jobLogs: true,
      reopen: true,
      label: true,
      reportsInlineComments: false,
    },
  };
}

function person(fake: FakeGitea, { account, token }: ReturnType<FakeGitea["addAccount"]>): ForgePerson {
  const act = (method: string, path: string, body?: unknown) => ask(fake, token, method, path, body);
  const events = { approved: "APPROVED", changesRequested: "REQUEST_CHANGES", commented: "COMMENT" };
  return {
    id: String(account.id),
    login: account.login,
    comment: async ({ number }, body) => void (await act("POST", `/issues/${number}/comments`, { body })),
    async review(number, { state, body, comments }) {
      const inline = comments.map(({ path, line, body: text }) => ({ path, body: text, new_position: line }));
      await act("POST", `/pulls/${number}/reviews`, { event: events[state], body, comments: inline });
    },
    openIssue: (issue) => act("POST", "/issues", issue),
    openPullRequest: (input) => act("POST", "/pulls", input),
    merge: async (number) => void (await act("POST", `/pulls/${number}/merge`, { Do: "merge" })),
    close: async (number) => void (await act("PATCH", `/pulls/${number}`, { state: "closed" })),
  };
}

/** Performs a user's action through the API, and returns the number of the created item. */
async function ask(
  fake: FakeGitea,
  token: string,
  method: string,
  path: string,
  body: unknown,
): Promise<number> {
  const response = await fetch(`${fake.url}/api/v1/repos/${fake.owner}/${fake.name}${path}`, {
    method,
    headers: { authorization: `token ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? 0 : ((JSON.parse(text) as { number?: number }).number ?? 0);
}
