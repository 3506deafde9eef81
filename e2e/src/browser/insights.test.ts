import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "./support/browser-world.ts";
import { say } from "./support/spoken.ts";

describe("what models cost, on the page of insights", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
    const repository = await here.world.repository("costly/app", { "a.txt": "1\n" });
    const { id } = await here.world.client.session.create({
      prompt: `Talk. SCRIPT(${say("some words")})`,
      repositories: [repository.url],
    });
    await here.world.ended(id);
  });
  after(() => here.close());

  for (const [groupBy, title] of [
    ["harness", "Cost by harness, last 30 days"],
    ["person", "Cost by person, last 30 days"],
    ["repository", "Cost by repository, last 30 days"],
  ] as const) {
    test(`is told by ${groupBy}, as the API tells it`, async (story) => {
      const { groups } = await here.world.client.billing.groups({ groupBy });
      assert.deepEqual(
        groups.map(({ sessions }) => sessions),
        [1],
      );
      const page = await here.visit(story, "/insights");
      const row = page.getByRole("table", { name: title }).getByRole("row").nth(1);
      await row.getByText(groups[0]!.name ?? groups[0]!.id ?? "", { exact: true }).waitFor();
      await row.getByRole("cell", { name: "1", exact: true }).waitFor();
    });
  }
});
