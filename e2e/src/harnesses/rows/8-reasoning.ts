import assert from "node:assert/strict";
import { endings, ofType } from "../../support/index.ts";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "reasoning level",
    does: "runs with a supported reasoning level, and an unsupported level is rejected",
    async run({ world, harness, repository }) {
      const app = await repository("app", { "a.txt": "1\n" });
      const create = (reasoningLevel: string) =>
        world.client.session.create({
          prompt: 'Think. SCRIPT(read("a.txt"), say("Thought."))',
          agent: harness,
          repositories: [app.url],
          agentOptions: { reasoningLevel },
        });
      await assert.rejects(create("beyond-all"), { status: 400, message: /reasoning/i });
      const { items } = await world.client.runtimes.list();
      const levels = items.find(({ name }) => name === harness)?.compatibleModels[0]?.reasoningLevels ?? [];
      if (!levels.includes("high"))
        return assert.rejects(create("high"), { status: 400, message: /reasoning/i });
      const session = await create("high");
      const events = await world.ended(session.id);
      assert.equal(endings(events)[0]?.eventType, "turn.completed");
      assert.deepEqual(
        ofType(events, "notice").filter(({ eventData }) => /reasoning/i.test(eventData.message)),
        [],
      );
    },
  },
];
