import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createApiKey } from "../../core/accounts/api-key/create-api-key.ts";
import { systemClock } from "../../core/base/index.ts";
import { type ForgeAdapter, renewAlone, type WebhookRequest } from "../../core/forges/index.ts";
import { testForgeContract } from "../forge-contract.ts";
import { makeStarted } from "../local/testing/local-forge-fixture.ts";
import type { ForgeUnderTest } from "../testing/forge-under-test.ts";
import { createGithubForge } from "./github-forge.ts";
import { token } from "./testing/fake-github.ts";
import { checkedFetch, checkWebhook } from "./testing/github-contract.ts";
import { askAs, restPerson } from "./testing/rest-person.ts";

/** Violations of GitHub's OpenAPI description by requests and responses in all tests. */
const violations = new Set<string>();
const deliveredViolations = new Set<string>();

testForgeContract("github", start);
test("github: every request and response matches GitHub's API description", () => {
  assert.deepEqual([...violations], []);
});
test("github: every webhook delivery matches GitHub's webhook description", () => {
  assert.deepEqual([...deliveredViolations], []);
});

/** Runs Octokit against the built-in forge's REST API, and validates requests and responses against GitHub's OpenAPI description. */
async function start(t: TestContext): Promise<ForgeUnderTest> {
  const fake = await makeStarted(t);
  const { url, store, organizationId, userId, writer, reader, reviewer, commit, branch } = fake;
  const apiUrl = `${url}/api/github/v3`;
  const at = "/repos/acme/app";
  const checked = checkedFetch(apiUrl);
  t.after(() => {
    for (const words of checked.violations) violations.add(words);
  });
  const account = await createApiKey(
    { store, clock: systemClock },
    { organizationId, userId, name: "Tembo Bot" },
  );
  const adapter = createGithubForge({ log: { info() {}, warn() {}, error() {} }, fetch: checked.fetch });
  const checkedAdapter: ForgeAdapter = {
    ...adapter,
    readWebhook(request) {
      const body = bodyOf(request);
      // A mutated body may have no repository.
      if (body?.repository !== undefined) {
        const { eventName } = adapter.identifyWebhook(request);
        for (const words of checkWebhook(eventName, body)) deliveredViolations.add(`${eventName}: ${words}`);
      }
      return adapter.readWebhook(request);
    },
  };
  const connect = (key: string) =>
    adapter.connect({ webUrl: url, apiUrl, credential: token(key), renew: renewAlone });
  const ask = askAs(apiUrl, writer.token);
  const { id } = (await ask("GET", at)) as { readonly id: number };
  return {
    adapter: checkedAdapter,
    forge: connect(account.token),
    stranger: connect("tembo_never_given_out"),
    repository: { id: fake.repository.id, externalId: String(id), owner: "acme", name: "app" },
    commit,
    branch,
    protect: async (name) => void (await ask("PUT", `${at}/branches/${name}/protection`, {})),
    rename: async (name) => void (await ask("PATCH", at, { name })),
    writer: await restPerson(ask, at),
    reader: await restPerson(askAs(apiUrl, reader.token), at),
    reviewer: await restPerson(askAs(apiUrl, reviewer.token), at),
    async setCheck(sha, { name, state, log }) {
      if (log === undefined) {
        const words = { pending: "pending", passed: "success", failed: "failure" };
        await ask("POST", `${at}/statuses/${sha}`, { context: name, state: words[state] });
        return;
      }
      await ask("POST", `${at}/check-runs`, {
        name,
        head_sha: sha,
        status: "completed",
        conclusion: state === "passed" ? "success" : "failure",
        output: { title: name, summary: name, text: log },
      });
    },
    can: { draft: true, react: true, review: true, issues: true, jobLogs: true, reopen: true, label: true },
  };
}

function bodyOf({ body }: WebhookRequest): { readonly repository?: unknown } | null {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}
