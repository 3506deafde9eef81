import type { TestContext } from "node:test";
import type { Forge, ForgeCredential } from "../../../core/forges/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import type { ForgePerson, ForgeUnderTest } from "../../testing/forge-under-test.ts";
import { startRestServer } from "../../testing/rest-server.ts";
import { createBitbucketForge } from "../bitbucket-forge.ts";
import { bitbucketRoutes } from "./bitbucket-routes.ts";
import { FakeBitbucket } from "./fake-bitbucket.ts";

const silent = { info() {}, warn() {}, error() {} };

export interface BitbucketUnderTest extends ForgeUnderTest {
  readonly fake: FakeBitbucket;
  connect(credential: ForgeCredential, onRenewed?: (credential: ForgeCredential) => void): Forge;
}

/** Creates a fake Bitbucket with accounts for Tembo, a writer and a reader. */
export async function makeBitbucket(t: TestContext): Promise<BitbucketUnderTest> {
  const fake = new FakeBitbucket();
  await fake.attach(
    await startRestServer(bitbucketRoutes(fake), (...exchange) => fake.git.serve(...exchange)),
  );
  t.after(() => fake.close());
  const tembo = fake.addAccount("tembo", "admin");
  const writer = fake.addAccount("ada", "write");
  const reader = fake.addAccount("bob", "read");
  const adapter = createBitbucketForge({ log: silent, fetch: testOutbound().fetch, wait: async () => {} });
  const connect: BitbucketUnderTest["connect"] = (credential, onRenewed) =>
    adapter.connect({
      webUrl: fake.url,
      apiUrl: `${fake.url}/2.0`,
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
    const sha = await fake.git.commitFile(fake.workspace, fake.gitName, branch, { path, content });
    await fake.noticePush(branch, before, sha, writer.account);
    return sha;
  }

  async function setCheck(sha: string, check: Parameters<ForgeUnderTest["setCheck"]>[1]): Promise<void> {
    const { name, state, log } = check;
    const build = String(fake.id());
    if (log !== undefined) fake.logs.set(build, log);
    const states = { pending: "INPROGRESS", passed: "SUCCESSFUL", failed: "FAILED" };
    const url = log === undefined ? "https://ci.example.com/1" : `${fake.page}/pipelines/results/${build}`;
    const body = { key: `key-of-${name}`, name, state: states[state], url };
    await ask(fake, writer.token, "POST", `/commit/${sha}/statuses/build`, body);
  }

  return {
    fake,
    adapter,
    connect,
    forge: token(tembo.token),
    stranger: token("never-given-out"),
    repository: { id: "0".repeat(8), externalId: fake.uuid, owner: fake.workspace, name: fake.slug },
    commit,
    async branch(name) {
      const main = (await fake.branchSha("main"))!;
      await fake.ask(["update-ref", `refs/heads/${name}`, main]);
      await fake.noticePush(name, null, main, writer.account);
    },
    async protect(pattern) {
      fake.restrictions.push({ kind: "push", pattern, branch_match_kind: "glob" });
    },
    async rename(name) {
      fake.slug = name;
    },
    writer: person(fake, writer),
    reader: person(fake, reader),
    setCheck,
    can: {
      draft: true,
      react: false,
      review: false,
      issues: false,
      jobLogs: true,
      reopen: false,
      label: false,
      shortensHead: true,
    },
  };
}

function person(
  fake: FakeBitbucket,
  { account, token }: ReturnType<FakeBitbucket["addAccount"]>,
): ForgePerson {
  const act = (method: string, path: string, body?: unknown) => ask(fake, token, method, path, body);
  const addComment = (number: number, raw: string, inline?: object) =>
    act("POST", `/pullrequests/${number}/comments`, {
      content: { raw },
      ...(inline === undefined ? {} : { inline }),
    });
  return {
    id: account.uuid,
    login: account.nickname,
    comment: async ({ number }, body) => void (await addComment(number, body)),
    async review(number, { state, body, comments }) {
      for (const { path, line, body: text } of comments) await addComment(number, text, { path, to: line });
      if (body !== "") await addComment(number, body);
      if (state === "approved") await act("POST", `/pullrequests/${number}/approve`);
      if (state === "changesRequested") await act("POST", `/pullrequests/${number}/request-changes`);
    },
    async openIssue() {
      throw new Error("Bitbucket has no issues.");
    },
    openPullRequest: ({ title, head, base }) =>
      act("POST", "/pullrequests", {
        title,
        source: { branch: { name: head } },
        destination: { branch: { name: base } },
      }),
    merge: async (number) => void (await act("POST", `/pullrequests/${number}/merge`, {})),
    close: async (number) => void (await act("POST", `/pullrequests/${number}/decline`)),
  };
}

/** Performs a user's action through the API, and returns the number of the created item. */
async function ask(
  fake: FakeBitbucket,
  token: string,
  method: string,
  path: string,
  body: unknown,
): Promise<number> {
  const response = await fetch(`${fake.url}/2.0/repositories/${fake.workspace}/${fake.slug}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? 0 : ((JSON.parse(text) as { id?: number }).id ?? 0);
}
