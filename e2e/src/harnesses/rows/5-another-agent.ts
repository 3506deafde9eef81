import assert from "node:assert/strict";
import { endings, ofType } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import type { Bench, Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "after another",
    does: "works a message on what another harness has done before",
    run: afterAnother,
  },
];

async function afterAnother({ world, repository, harness }: Bench): Promise<void> {
  const app = await repository("app", { "a.txt": "1\n" });
  const other = harness === "claudeCode" ? "pi" : "claudeCode";
  const session = await world.client.session.create({
    prompt: 'Begin. SCRIPT(write("begun.txt", "by the other"), say("Begun."))',
    agent: other,
    repositories: [app.url],
  });
  await world.ended(session.id);
  const send = (content: string, more: { readonly agent?: string } = {}) =>
    world.client.session.messages.create(session.id, { content, ...more });
  await send('Go on. SCRIPT(bash("cat begun.txt"), say("Read."))', { agent: harness });
  await send('And end. SCRIPT(say("Ended."))');
  const events = await world.ended(session.id, 3);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed", "turn.completed", "turn.completed"],
  );
  assert.match(resultsOf(events).join("\n"), /by the other/);
  assert.equal(ofType(events, "session.agentChanged").length, 1);
  assert.match((await world.client.session.retrieve(session.id)).agent ?? "", new RegExp(`^${harness}:`));
}
