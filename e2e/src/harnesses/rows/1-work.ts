import assert from "node:assert/strict";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  endings,
  ofType,
  remoteFile,
} from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "write and edit",
    does: "writes and edits files, and ends with a pull request",
    async run({ world, repository, start }) {
      const app = await repository("app", { "README.md": "# App\n", "list.txt": "one\ntwo\nthree\n" });
      const session = await start(
        `Add a greeting. SCRIPT(write("greeting.txt", "hello\\n"), read("list.txt"), edit("list.txt", "two", "second"), say("The greeting is there."))`,
        [app],
      );
      const events = await world.ended(session.id);
      assertSeamless(events);
      assertOccurOnce(events, "turn.started", "branch.pushed", "pullRequest.opened", "turn.completed");
      assert.match(joinText(events), /The greeting is there/);
      const edits = ofType(events, "toolCall").filter(({ eventData }) => eventData.kind === "edit");
      assert.ok(edits.some(({ eventData }) => eventData.status === "completed"));
      const { branchName } = await world.client.session.retrieve(session.id);
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "greeting.txt"), "hello");
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "list.txt"), "one\nsecond\nthree");
    },
  },
  {
    name: "bash",
    does: "runs a command and reports its output",
    async run({ world, repository, start }) {
      const app = await repository("app", { "a.txt": "from the repository\n" });
      const session = await start(
        `Look. SCRIPT(bash("cat a.txt; echo made > b.txt; id -u"), say("It was looked at."))`,
        [app],
      );
      const events = await world.ended(session.id);
      assertOccurOnce(events, "pullRequest.opened", "turn.completed");
      assert.match(resultsOf(events).join("\n"), /from the repository/);
      assert.match(joinText(events), /It was looked at/);
      const { branchName } = await world.client.session.retrieve(session.id);
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "b.txt"), "made");
    },
  },
  {
    name: "two repositories",
    does: "works in two repositories, and opens a pull request in each",
    async run({ world, repository, start }) {
      const one = await repository("one", { "a.txt": "1\n" });
      const two = await repository("two", { "a.txt": "2\n" });
      const session = await start(
        `Change both. SCRIPT(write("one/new.txt", "first\\n"), bash("cp one/new.txt two/new.txt"), say("Both are changed."))`,
        [one, two],
      );
      const events = await world.ended(session.id);
      assert.equal(endings(events)[0]?.eventType, "turn.completed");
      assert.equal(ofType(events, "pullRequest.opened").length, 2);
      const { branchName } = await world.client.session.retrieve(session.id);
      for (const { url } of [one, two]) {
        assert.equal(await remoteFile(url, API_KEY, branchName!, "new.txt"), "first");
      }
    },
  },
];

function joinText(events: Parameters<typeof ofType>[0]): string {
  return ofType(events, "text")
    .map(({ eventData }) => eventData.text)
    .join("");
}
