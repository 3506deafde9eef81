import type { TestContext } from "node:test";
import { renewAlone } from "../../../core/forges/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { repositoryGit } from "../../local/repository-git.ts";
import type { ForgeUnderTest } from "../../testing/forge-under-test.ts";
import { createGitlabForge } from "../gitlab-forge.ts";
import { setStatus } from "./acts/checks.ts";
import { announcePush } from "./acts/push.ts";
import { fakePerson } from "./fake-person.ts";
import type { FakeProject, FakeUser } from "./fake-records.ts";
import { FakeGitlabServer } from "./fake-server.ts";
import type { FakeGitlab } from "./fake-state.ts";

const states = { pending: "pending", passed: "success", failed: "failed" } as const;
const log = { info() {}, warn() {}, error() {} };

export interface GitlabUnderTest extends ForgeUnderTest {
  readonly fake: FakeGitlab;
  readonly project: FakeProject;
  readonly bot: FakeUser;
}

/**
 * Creates a fake GitLab that contains a project in a nested group, with a commit on `main`. Also creates the adapter, with the bot's token.
 */
export async function gitlabUnderTest(
  t: TestContext,
  { prefix = "", level = 40 }: { readonly prefix?: string; readonly level?: number } = {},
): Promise<GitlabUnderTest> {
  const fake = await new FakeGitlabServer(prefix).start();
  t.after(() => fake.close());
  const project = await fake.addProject("acme/tools/app");
  const { owner, name } = project.git;
  const bot = fake.addUser("group_7_bot_0a1b", true);
  const [writer, reader] = [fake.addUser("wilma"), fake.addUser("rita")];
  for (const [user, access] of [
    [bot, level],
    [writer, 40],
    [reader, 20],
  ] as const) {
    project.members.set(user.id, access);
  }
  const adapter = createGitlabForge({ log, fetch: testOutbound().fetch });
  const connect = (token: string) =>
    adapter.connect({
      webUrl: fake.url,
      apiUrl: fake.apiUrl,
      credential: { type: "token", token, username: null },
      renew: renewAlone,
    });
  let commits = 0;
  const commit = async (branch: string, path = "file.txt") => {
    const before = await fake.git.branchSha(owner, name, branch);
    commits += 1;
    const after = await fake.git.commitFile(owner, name, branch, { path, content: `line ${commits}\n` });
    await announcePush(fake, project, writer, { ref: `refs/heads/${branch}`, before, after });
    return after;
  };
  await commit("main", "README.md");
  return {
    fake,
    project,
    bot,
    adapter,
    forge: connect(fake.addToken(bot)),
    stranger: connect("glpat-never-given-out"),
    repository: { id: "repository-0", externalId: String(project.id), owner, name },
    commit,
    branch: async (made) => {
      const main = (await fake.git.branchSha(owner, name, "main"))!;
      await repositoryGit([
        "--git-dir",
        fake.git.path(owner, name),
        "update-ref",
        `refs/heads/${made}`,
        main,
      ]);
    },
    protect: async (branch) => void project.protectedBranches.add(branch),
    rename: async (path) => {
      project.path = path;
    },
    writer: fakePerson(fake, project, writer),
    reader: fakePerson(fake, project, reader),
    setCheck: async (sha, check) => {
      const { name: called, state, log: printed } = check;
      await setStatus(fake, project, writer, { sha, name: called, status: states[state], log: printed });
    },
    can: {
      draft: true,
      react: true,
      review: false,
      issues: true,
      jobLogs: true,
      reopen: true,
      label: true,
    },
  };
}
