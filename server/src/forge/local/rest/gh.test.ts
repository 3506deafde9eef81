import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { convertToDraft, markReady } from "../../github/pull-request/draft-documents.ts";
import { makeStarted, type StartedForge } from "../testing/local-forge-fixture.ts";

const hasGh = spawnSync("gh", ["--version"]).status === 0;

test("gh creates, reviews and merges a pull request", {
  skip: hasGh ? false : "gh is not installed",
}, async (t) => {
  const it = await makeStarted(t);
  const gh = await ghOf(t, it);
  await it.commit("tembo/fix");
  assert.equal(await gh("user", "--jq", ".login"), "ada-lovelace");
  const fields = ["-f", "title=Fix it", "-f", "head=tembo/fix", "-f", "base=main"];
  assert.equal(await gh("repos/acme/app/pulls", ...fields, "--jq", ".number"), "1");
  await assert.rejects(gh("repos/acme/app/pulls", ...fields), /Validation Failed \(HTTP 422\)/);
  const id = await gh("repos/acme/app/pulls/1", "--jq", ".node_id");
  const overGraphql = (query: string, jq: string) =>
    gh("graphql", "-f", `query=${query}`, "-f", `pullRequestId=${id}`, "--jq", jq);
  const draft = "pullRequest.isDraft";
  assert.equal(await overGraphql(convertToDraft, `.data.convertPullRequestToDraft.${draft}`), "true");
  assert.equal(await overGraphql(markReady, `.data.markPullRequestReadyForReview.${draft}`), "false");
  await assert.rejects(overGraphql("query { viewer { login } }", "."), /Only mutations are supported/);
  const review = ["-f", "event=APPROVE", "-f", "body=Good"];
  assert.equal(await gh("repos/acme/app/pulls/1/reviews", ...review, "--jq", ".state"), "APPROVED");
  assert.equal(
    await gh(
      "--method",
      "PUT",
      "repos/acme/app/pulls/1/merge",
      "-f",
      "merge_method=squash",
      "--jq",
      ".merged",
    ),
    "true",
  );
  for (const title of ["a", "b", "c"]) await gh("repos/acme/app/issues", "-f", `title=${title}`);
  const issues = await gh("--paginate", "repos/acme/app/issues?per_page=1", "--jq", ".[].title");
  assert.equal(issues, "c\nb\na");
});

/**
 * Runs gh through a proxy. gh uses plain HTTP for only one host, `api.github.localhost` on port 80, without a path prefix. The proxy in
 * gh's environment acts as that host.
 */
async function ghOf(t: TestContext, { url, writer }: StartedForge) {
  const proxy = createServer((request, response) => {
    const { pathname, search, host } = new URL(request.url ?? "");
    assert.equal(host, "api.github.localhost");
    const { method, headers } = request;
    const onward = httpRequest(`${url}/api/github/v3${pathname}${search}`, { method, headers }, (answer) => {
      // Rewrites links, so that requests for the next page are also sent through the proxy.
      const { link } = answer.headers;
      const linked = link !== undefined && {
        link: String(link).replaceAll(`${url}/api/github/v3`, "http://api.github.localhost"),
      };
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...linked });
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const home = mkdtempSync(join(tmpdir(), "tembo-gh-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    GH_CONFIG_DIR: home,
    GH_HOST: "github.localhost",
    GH_ENTERPRISE_TOKEN: writer.token,
    GH_TOKEN: writer.token,
    GH_PROMPT_DISABLED: "1",
    GH_NO_UPDATE_NOTIFIER: "1",
    NO_COLOR: "1",
    HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  };
  return async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)("gh", ["api", ...args], { env, timeout: 60_000 });
    return stdout.trimEnd();
  };
}
