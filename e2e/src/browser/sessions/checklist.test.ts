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

  test("stays in sight below the transcript, is updated in place, and is a row after its turn", async (story) => {
    const session = await here.world.client.session.create({ prompt: "Fix the lamp.", agent: "own:small" });
    const page = await here.visit(story, `/sessions/${session.id}`);
    const step = page.getByRole("button", { name: "Step 2 of 2 Fix the lamp" });
    await step.click();
    const list = page.getByRole("region", { name: "Plan" });
    const states = () =>
      list.getByRole("listitem").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-status")));
    await list.getByText("Look at the lamp").waitFor();
    assert.deepEqual(await states(), ["completed", "inProgress"]);
    assert.equal(
      await page.getByText("Look at the lamp").count(),
      1,
      "the transcript does not repeat the list",
    );
    await assertAccessible(page, "a checklist");
    const terminal = await here.world.client.session.terminal(session.id);
    terminal.write("touch go-on; exit\r");
    for await (const _shown of terminal);
    await here.world.ended(session.id);
    await step.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Plan 2 of 2 done" }).click();
    const rows = page.getByRole("listitem").and(page.locator("[data-status]"));
    await rows.first().waitFor();
    assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-status"))), [
      "completed",
      "completed",
    ]);
  });
});
