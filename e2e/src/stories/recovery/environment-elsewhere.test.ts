import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/api-edge.ts";
import { ofType } from "../../support/index.ts";
import { isEnding, withMachines } from "../../support/machines.ts";
import { resultsOf } from "../../support/tool-results.ts";

test("a session uses the environment that a lost machine built", async () => {
  await withMachines(async ({ client, machine, until }) => {
    const first = await machine();
    const { project } = await client.projects.create({
      ...{ name: "Built", sizes: ["micro"] },
      setupScript: "echo workspace > built; echo home > $HOME/built",
    });
    const [jobId] = (await client.projects.builds.create(project.id)).jobIds;
    const read = () => client.projects.builds.retrieve(project.id, jobId!);
    await eventually(async () => !["pending", "running"].includes((await read()).status));
    const build = await read();
    assert.equal(build.status, "completed", JSON.stringify(build));
    await first.lose();
    await machine();
    const { id } = await client.session.create({
      prompt: 'Look. SCRIPT(bash("cat $HOME/built built"), say("Done."))',
      projectId: project.id,
    });
    const events = await until(id, isEnding(1));
    assert.equal(events.at(-1)?.eventType, "turn.completed");
    assert.equal(resultsOf(events).at(-1), '"home\\nworkspace"');
    assert.deepEqual(
      ofType(events, "notice").filter(({ eventData }) => eventData.message.includes("environment")),
      [],
    );
  });
});
