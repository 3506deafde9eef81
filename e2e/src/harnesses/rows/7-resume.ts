import assert from "node:assert/strict";
import { API_KEY, endings, remoteFile } from "../../support/index.ts";
import type { Row } from "../row.ts";

/** Rows that restart the server. Rows run sequentially, so a restart does not interrupt other rows' sessions. */
export const rows: readonly Row[] = [
  {
    name: "resume after restart",
    does: "continues its conversation after the server restarts",
    async run({ world, repository, start }) {
      const app = await repository("app", { "a.txt": "1\n" });
      const session = await start(
        'Remember the owl. SCRIPT(write("first.txt", "1\\n"), say("Remembered."))',
        [app],
      );
      await world.ended(session.id);
      await world.tembo.stop();
      await world.restart();
      const seen = world.model.requests.length;
      await world.client.session.messages.create(session.id, {
        content: 'Go on. SCRIPT(write("second.txt", "2\\n"), say("Went on."))',
      });
      const events = await world.ended(session.id, 2);
      assert.deepEqual(
        endings(events).map(({ eventType }) => eventType),
        ["turn.completed", "turn.completed"],
      );
      const texts = world.model.requests.slice(seen).map(({ userTexts }) => userTexts);
      const whole = texts.map((parts) => parts.join("\n")).find((text) => text.includes("Go on."));
      assert.ok(whole?.includes("Remember the owl."), "the model sees the first message again");
      assert.ok(
        !whole?.includes("<earlier_work>"),
        "the harness resumes from its own memory, without a summary",
      );
      const { branchName } = await world.client.session.retrieve(session.id);
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "second.txt"), "2");
    },
  },
];
