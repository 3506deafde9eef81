import assert from "node:assert/strict";
import { ofType } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "tembo command",
    does: "calls the session tools with the tembo command",
    async run({ world, harness, start }) {
      const session = await start(
        `Use the command. SCRIPT(bash("tembo set-title Named by ${harness}"), say("It was used."))`,
      );
      const events = await world.ended(session.id);
      assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
      assert.deepEqual(
        ofType(events, "tool.called").map(({ eventData }) => [eventData.tool, eventData.status]),
        [["set_title", "completed"]],
      );
      assert.match(resultsOf(events).join("\n"), new RegExp(`Named by ${harness}`));
      assert.equal((await world.client.session.retrieve(session.id)).title, `Named by ${harness}`);
    },
  },
];
