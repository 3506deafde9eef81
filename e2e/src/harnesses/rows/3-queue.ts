import assert from "node:assert/strict";
import { API_KEY, assertSeamless, endings, remoteFile } from "../../support/index.ts";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "queue",
    does: "runs a queued message after the first one, in the same conversation",
    async run({ world, repository, start }) {
      const app = await repository("app", { "a.txt": "1\n" });
      const session = await start(
        'Write the first. SCRIPT(slow(20, 50), write("first.txt", "1\\n"), say("First done."))',
        [app],
      );
      await world.until(session.id, ({ eventType }) => eventType === "turn.started");
      const seen = world.model.requests.length;
      const queued = await world.client.session.messages.create(session.id, {
        content: 'Second. SCRIPT(write("second.txt", "2\\n"), say("Second done."))',
      });
      assert.equal(queued.job, null);
      const events = await world.ended(session.id, 2);
      assertSeamless(events);
      assert.deepEqual(
        endings(events).map(({ eventType }) => eventType),
        ["turn.completed", "turn.completed"],
      );
      const { branchName } = await world.client.session.retrieve(session.id);
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "second.txt"), "2");
      const later = world.model.requests.slice(seen).map(({ userTexts }) => userTexts.join("\n"));
      assert.ok(
        later.some((text) => text.includes("Write the first") && text.includes("Second.")),
        "the harness remembers the first message",
      );
    },
  },
];
