import { type ForgeAdapter, renewAlone } from "../../../core/forges/index.ts";
import type { ForgePerson, ForgeUnderTest } from "../../testing/forge-under-test.ts";
import { asPerson, type StartedForge } from "./local-forge-fixture.ts";

/** Describes a started forge for the contract suite. `adapter` is the built-in forge as the machine under test sees it. */
export async function forgeUnderTest(
  started: StartedForge,
  adapter: ForgeAdapter = started.local,
): Promise<ForgeUnderTest> {
  const { repository, url, writer, reader, reviewer, commit, branch } = started;
  const connect = (token: string) =>
    adapter.connect({
      webUrl: url,
      apiUrl: `${url}/api/github/v3`,
      credential: { type: "token", token, username: null },
      renew: renewAlone,
    });
  const ask = asPerson(started, writer.token);
  return {
    adapter,
    forge: connect(""),
    stranger: connect("tembo_never_given_out"),
    repository,
    commit,
    branch,
    protect: async (name) => void (await ask("PUT", `/repos/acme/app/branches/${name}/protection`, {})),
    rename: async (name) => void (await ask("PATCH", "/repos/acme/app", { name })),
    writer: await person(started, writer.token),
    reader: await person(started, reader.token),
    reviewer: await person(started, reviewer.token),
    async setCheck(sha, { name, state, log }) {
      if (log === undefined) {
        const words = { pending: "pending", passed: "success", failed: "failure" };
        await ask("POST", `/repos/acme/app/statuses/${sha}`, { context: name, state: words[state] });
        return;
      }
      await ask("POST", "/repos/acme/app/check-runs", {
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

/** Creates a user who acts through the forge's REST API. */
async function person(started: StartedForge, token: string): Promise<ForgePerson> {
  const ask = asPerson(started, token);
  const at = "/repos/acme/app";
  const me = (await ask("GET", "/user")) as { id: number; login: string };
  const numberOf = (made: unknown) => (made as { number: number }).number;
  const events = { approved: "APPROVE", changesRequested: "REQUEST_CHANGES", commented: "COMMENT" };
  return {
    id: String(me.id),
    login: me.login,
    comment: async ({ number }, body) =>
      void (await ask("POST", `${at}/issues/${number}/comments`, { body })),
    review: async (number, { state, body, comments }) =>
      void (await ask("POST", `${at}/pulls/${number}/reviews`, { event: events[state], body, comments })),
    openIssue: async (issue) => numberOf(await ask("POST", `${at}/issues`, issue)),
    openPullRequest: async (input) => numberOf(await ask("POST", `${at}/pulls`, input)),
    merge: async (number) => void (await ask("PUT", `${at}/pulls/${number}/merge`, {})),
    close: async (number) => void (await ask("PATCH", `${at}/pulls/${number}`, { state: "closed" })),
  };
}
