import assert from "node:assert/strict";
import { ofType } from "../../support/index.ts";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "slash command",
    does: "reports its commands, and an unknown command is rejected",
    async run({ world, start }) {
      const { id } = await start('Begin. SCRIPT(say("Begun."))');
      const events = await world.ended(id);
      const commands = ofType(events, "availableCommands").at(-1)?.eventData.commands;
      assert.ok(Array.isArray(commands) && commands.length > 0, "the harness reports its commands");
      const send = (command: string) =>
        world.client.session.messages.create(id, {
          content: 'Go on. SCRIPT(say("Went on."))',
          slashCommand: { command },
        });
      await assert.rejects(send("no-such-command"), { status: 400, message: /no-such-command/ });
      const after = await world.events(id);
      assert.equal(after.length, events.length, "the rejected command adds no event");
    },
  },
];
