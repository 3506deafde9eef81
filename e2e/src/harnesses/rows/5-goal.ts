import assert from "node:assert/strict";
import { API_KEY, ofType, remoteFile } from "../../support/index.ts";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "goal",
    does: "continues until the goal's check succeeds",
    async run({ world, harness, repository }) {
      const app = await repository("app", { "a.txt": "1\n" });
      const session = await world.client.session.create({
        prompt: "Count.",
        agent: harness,
        repositories: [app.url],
        agentOptions: {
          goal: {
            objective: 'Two lines. SCRIPT(bash("echo x >> count.txt"), say("One more line."))',
            check: "test $(wc -l < count.txt) -ge 2",
          },
        },
      });
      const events = await world.ended(session.id);
      assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
      assert.deepEqual(
        ofType(events, "goal.checked").map(({ eventData }) => eventData.isReached),
        [false, true],
      );
      const { branchName } = await world.client.session.retrieve(session.id);
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "count.txt"), "x\nx");
    },
  },
];
