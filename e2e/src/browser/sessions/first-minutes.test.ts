import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { steps } from "../../scripted-model/server.ts";
import { API_KEY, remoteFile } from "../../support/index.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { noModelKeys } from "../support/no-model-keys.ts";

const PASSWORD = "correct horse battery staple";

describe("the first minutes on a server without keys, repositories and sessions", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld({
      env: noModelKeys,
      // Unlike a model family's own provider, OpenRouter always needs a key.
      modelEnv: (url) => ({ OPENROUTER_BASE_URL: url }),
    });
    here.world.model.script(/One of them fails because of a bug in cart\.js/, [
      steps.read("cart.js"),
      steps.edit("cart.js", "1 - discount", "1 - discount / 100"),
      steps.bash("node --test 2>&1 | tail -8"),
      steps.say("The discount was not a fraction. The tests pass now."),
    ]);
  });
  after(() => here.close());

  test("leads from the setup link to a merged pull request, step by step", async (story) => {
    const { pathname, hash } = new URL(here.world.tembo.welcomeUrl!);
    const page = await here.visit(story, `${pathname}${hash}`, { isSignedIn: false });
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Email address").fill("ada@example.com");
    await page
      .locator("input")
      .and(page.getByLabel("Password", { exact: true }))
      .fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();

    const setup = page.getByRole("region", { name: "Set up Tembo" });
    await setup.getByText("0 of 4 steps done").waitFor();
    await assertAccessible(page, "the setup steps");
    assert.equal(await setup.getByRole("button", { name: "Start sample task" }).isDisabled(), true);

    await setup.getByLabel("Provider").selectOption("OpenRouter");
    await setup.locator("input").and(setup.getByLabel("API key")).fill("a-key");
    await setup.getByRole("button", { name: "Save and test" }).click();
    await page.getByText(/^The key works\./).waitFor();
    await setup.getByText("1 of 4 steps done").waitFor();

    await setup.getByRole("button", { name: "Create sample repository" }).click();
    await setup.getByText("2 of 4 steps done").waitFor();
    await setup.getByRole("button", { name: "Start sample task" }).click();

    await page.getByText("The tests pass now.").first().waitFor();
    await page.getByRole("region", { name: "Next step" }).getByRole("link", { name: "Review" }).click();
    await page.getByRole("button", { name: "Merge", exact: true }).click();
    await page.getByRole("button", { name: "Confirm merge" }).click();
    await page
      .getByText(/^Merged/)
      .first()
      .waitFor();
    const { items } = await here.world.client.repositories.list();
    assert.match(await remoteFile(items[0]!.url, API_KEY, "main", "cart.js"), /discount \/ 100/);

    await page.goto(`${here.world.url}/sessions`);
    await page.getByRole("list", { name: "Session list" }).waitFor();
    assert.equal(await setup.count(), 0, "is hidden after the steps are done");
  });
});
