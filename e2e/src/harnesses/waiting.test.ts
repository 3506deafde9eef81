import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorld, type World } from "../support/index.ts";
import { eventually, untilLogged } from "../support/prepared.ts";
import { resultsOf } from "../support/tool-results.ts";

/** Harnesses that wait for sessions, each with a file of rules that it reads. */
const harnesses = [
  ["claudeCode", "CLAUDE.md"],
  ["pi", "AGENTS.md"],
] as const;
let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_WAITING_HARNESSES: "2" } });
});
after(() => world.close());

/** Counts the starts of this harness. The other harness may start again at any time. */
function countWaiting(harness: string): number {
  const line = new RegExp(
    `"harness":"${harness}","memoryBytes":[^,]*,"msg":"a harness waits for a session"`,
    "g",
  );
  return world.tembo.log().match(line)?.length ?? 0;
}

for (const [harness, ruleFile] of harnesses) {
  test(`${harness}: is adopted by a session, and follows the files of its checkout and its HOME`, async () => {
    const setUp = "mkdir -p ~/.pi/agent; echo '{}' > ~/.pi/agent/models.json; echo ready > ~/set-up";
    const repository = await world.repository(`waiting-${harness}/app`, {
      [ruleFile]: "Prefer tabs to spaces.\n",
      ".tembo.json": JSON.stringify({ setupScript: setUp }),
      "a.txt": "checked out\n",
    });
    const run = async () => {
      const seen = world.model.requests.length;
      const { id } = await world.client.session.create({
        prompt: 'Look. SCRIPT(bash("cat a.txt ~/set-up; pwd"), write("b.txt", "2\\n"), say("Done."))',
        agent: harness,
        repositories: [repository.url],
      });
      const events = await world.ended(id);
      assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
      const output = resultsOf(events).join("\n");
      assert.match(output, /checked out/);
      assert.match(output, /ready/);
      assert.match(output, /workspace\/app/);
      assert.match(JSON.stringify(world.model.requests.slice(seen)), /Prefer tabs to spaces/);
      return id;
    };
    const before = countWaiting(harness);
    const first = await run();
    assert.doesNotMatch(world.tembo.log(), new RegExp(`${first}.*adopted`), "control: none waits for it");
    await eventually(() => countWaiting(harness) > before, "a harness waits");
    await untilLogged(world, await run(), "a waiting harness was adopted");
  });
}
