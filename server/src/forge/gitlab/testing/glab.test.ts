import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gitlabUnderTest } from "./fake-under-test.ts";

const hasGlab = spawnSync("glab", ["--version"]).status === 0;
const skip = hasGlab ? false : "glab is not installed: the fake is not judged by GitLab's own command line";

/** Returns a function that runs `glab api` with a configuration whose host is the fake. */
function glabFor(t: TestContext, url: string, token: string) {
  const home = mkdtempSync(join(tmpdir(), "tembo-glab-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const { host } = new URL(url);
  const config = {
    host,
    hosts: { [host]: { api_host: host, api_protocol: "http", token } },
    check_update: false,
  };
  // JSON is valid YAML. glab rejects a configuration that other users can read.
  writeFileSync(join(home, "config.yml"), JSON.stringify(config), { mode: 0o600 });
  return (...args: readonly string[]) =>
    new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const env = {
        PATH: process.env.PATH,
        HOME: home,
        GLAB_CONFIG_DIR: home,
        GITLAB_HOST: host,
        NO_COLOR: "1",
      };
      execFile("glab", ["api", ...args], { env, cwd: home, timeout: 30_000 }, (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
        resolve({ code, stdout, stderr });
      });
    });
}

test("glab creates, comments, paginates and receives errors on the fake GitLab", {
  skip,
}, async (t) => {
  const it = await gitlabUnderTest(t);
  const glab = glabFor(t, it.fake.url, it.fake.addToken(it.bot));
  const project = "projects/acme%2Ftools%2Fapp";
  const ok = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await glab(...args);
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}${stdout}`);
    return JSON.parse(stdout);
  };
  assert.equal((await ok("user")).username, it.bot.username);
  assert.equal((await ok(project)).path_with_namespace, "acme/tools/app");

  await it.commit("tembo/fix", "fix.txt");
  const fields = ["-f", "source_branch=tembo/fix", "-f", "target_branch=main", "-f", "title=Draft: Mine"];
  const made = await ok("-X", "POST", `${project}/merge_requests`, ...fields);
  assert.deepEqual([made.iid, made.draft, made.state], [1, true, "opened"]);
  // GitLab returns this error as a list, and glab cannot parse it.
  const again = await glab("-X", "POST", `${project}/merge_requests`, ...fields);
  assert.notEqual(again.code, 0);
  assert.equal(it.project.mergeRequests.length, 1);

  for (const body of ["one", "two", "three"]) {
    await ok("-X", "POST", `${project}/merge_requests/1/notes`, "-f", `body=${body}`);
  }
  const paged = await glab("--paginate", `${project}/merge_requests/1/discussions?per_page=2`);
  assert.equal(paged.code, 0, paged.stderr);
  assert.deepEqual(
    [...paged.stdout.matchAll(/"body":"(\w+)"/g)].map(([, body]) => body),
    ["one", "two", "three"],
  );
  const missing = await glab("projects/no%2Fsuch");
  assert.match(missing.stdout + missing.stderr, /404 Project Not Found/);
  const stranger = glabFor(t, it.fake.url, "glpat-never-given-out");
  const refused = await stranger("user");
  assert.notEqual(refused.code, 0);
  assert.match(refused.stdout + refused.stderr, /401 Unauthorized/);
});
