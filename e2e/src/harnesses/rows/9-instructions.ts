import assert from "node:assert/strict";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "changed instructions",
    does: "receives instructions that changed between two messages, without the old ones",
    async run({ world, start }) {
      const { organizations } = world.client;
      const { orgId } = await world.client.me.retrieve();
      const session = await start('Begin. SCRIPT(say("Begun."))');
      await world.ended(session.id);
      /**
       * Sets the organization's custom system prompt and sends a message. Returns the model requests of its turn as
       * JSON, without background requests.
       */
      const systemTextsFor = async (customSystemPrompt: string, turns: number) => {
        await organizations.settings.update(orgId!, { customSystemPrompt });
        const seen = world.model.requests.length;
        await world.client.session.messages.create(session.id, { content: 'Go on. SCRIPT(say("Went on."))' });
        const events = await world.ended(session.id, turns);
        assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
        return JSON.stringify(world.model.requests.slice(seen).filter(({ isBackground }) => !isBackground));
      };
      try {
        assert.match(await systemTextsFor("You are the herald of Acme.", 2), /You are the herald of Acme\./);
        const later = await systemTextsFor("You are the baker of Acme.", 3);
        assert.match(later, /You are the baker of Acme\./);
      } finally {
        await organizations.settings.update(orgId!, { customSystemPrompt: "" });
      }
      assert.doesNotMatch(await systemTextsFor("", 4), /You are the baker of Acme\./);
    },
  },
];
