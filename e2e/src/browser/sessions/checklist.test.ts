import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { makeOwnAgent } from "../../support/programs/own-agent.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";

/**
 * Source of an agent that waits for the file `go-on` between two states of its list. The story can then check each
 * state.
 */
const source = `
  const { existsSync } = require("node:fs");
  const reportPlan = (...statuses) => update({
    sessionUpdate: "plan",
    entries: ["Look at the lamp", "Fix the lamp"].map((content, at) => ({ content, priority: "medium", status: statuses[at] })),
  });
  reportPlan("completed", "in_progress");
  while (!existsSync("go-on")) await wait(50);
  reportPlan("completed", "completed");
  say("It shines.");
`;

describe("agent plan", { skip: noBrowser }, () => {
  let agent: Awaited<ReturnType<typeof makeOwnAgent>>;
  let here: BrowserWorld;
  before(async () => {
    agent = await makeOwnAgent(source);
    here = await openBrowserWorld({ prepare: agent.prepare });
  });
  after(async () => {
    await here.close();
    await agent[Symbol.asyncDispose]();
  });

  test("appears as a single checklist, and is updated in place", async (story) => {
    const session = await here.world.client.session.create({ prompt: "Fix the lamp.", agent: "own:small" });
    const page = await here.visit(story, `/sessions/${session.id}`);
    const list = page.getByRole("article", { name: "Plan" });
    await list.getByText("1 of 2").waitFor();
    const states = () =>
      list.getByRole("listitem").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-status")));
    assert.deepEqual(await states(), ["completed", "inProgress"]);
    await assertAccessible(page, "a checklist");
    const terminal = await here.world.client.session.terminal(session.id);
    terminal.write("touch go-on; exit\r");
    for await (const _shown of terminal);
    await list.getByText("2 of 2").waitFor();
    assert.deepEqual(await states(), ["completed", "completed"]);
    await here.world.ended(session.id);
    assert.equal(await list.count(), 1);
  });
});
