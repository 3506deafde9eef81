import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { say } from "../support/say.ts";

const TITLE = "Talk for money";

describe("model costs in the settings", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
    const repository = await here.world.repository("costly/app", { "a.txt": "1\n" });
    const { id } = await here.world.client.session.create({
      prompt: `${TITLE}. SCRIPT(${say("some words")})`,
      repositories: [repository.url],
    });
    await here.world.ended(id);
  });
  after(() => here.close());

  /** Returns the display name of a group. The API names harnesses and models by their IDs. */
  const nameOf = async ({ id, name }: { readonly id: string | null; readonly name: string | null }) => {
    const { items } = await here.world.client.runtimes.list({ limit: 100 });
    const models = items.flatMap(({ compatibleModels }) => compatibleModels);
    return (
      items.find((runtime) => runtime.name === id)?.displayName ??
      models.find((model) => model.name === id)?.label ??
      name ??
      ""
    );
  };

  for (const [groupBy, title] of [
    ["person", "By person"],
    ["repository", "By repository"],
    ["harness", "By harness"],
    ["model", "By model"],
  ] as const) {
    test(`groups model costs by ${groupBy}, as the API does`, async (story) => {
      const { groups } = await here.world.client.billing.groups({ groupBy });
      assert.deepEqual(
        groups.map(({ sessions }) => sessions),
        [1],
      );
      const page = await here.visit(story, "/settings/usage");
      const row = page.getByRole("table", { name: title }).getByRole("row").nth(1);
      await row.getByText(await nameOf(groups[0]!), { exact: true }).waitFor();
      await row.getByRole("cell", { name: "1", exact: true }).waitFor();
    });
  }

  test("covers the selected number of days, and keeps the selection in the URL", async (story) => {
    const page = await here.visit(story, "/insights");
    await page.getByRole("link", { name: "View usage" }).click();
    await page.getByRole("heading", { name: "Usage", level: 1 }).waitFor();
    const asked = page.waitForRequest((request) => /groupBy=session&days=7/.test(request.url()));
    await page.getByText("7 days", { exact: true }).click();
    await asked;
    await page.reload();
    assert.equal(await page.getByRole("radio", { name: "7 days" }).isChecked(), true);
    const { total } = await here.world.client.billing.groups({ groupBy: "day", days: 7 });
    await page.getByText(`for ${total.requests} model requests.`).waitFor();
  });

  test("links to the most expensive sessions", async (story) => {
    const page = await here.visit(story, "/settings/usage");
    const costly = page.getByRole("table", { name: "Most expensive sessions" });
    await costly.getByRole("link", { name: TITLE }).click();
    await page.getByRole("heading", { name: TITLE, level: 1 }).waitFor();
  });
});
