import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeGithub } from "../testing/fake-github.ts";
import { shownAnswer } from "../testing/shown-answer.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments";

test("sorts comments of the same second by ID", async (t) => {
  for (const ids of [
    [11, 10, 9],
    [9, 10, 11],
  ]) {
    const github = await startFakeGithub(t, {
      [route]: () => {
        const [shown] = shownAnswer(route) as object[];
        return { body: ids.map((id) => ({ ...shown, id })) };
      },
    });
    const thread = { kind: "pullRequest", number: 1347 } as const;
    const found = await github.connect().listComments(repository, thread);
    const inline = found.filter(({ kind }) => kind === "inline");
    assert.deepEqual(
      inline.map(({ id }) => id),
      ["9", "10", "11"],
    );
  }
});
