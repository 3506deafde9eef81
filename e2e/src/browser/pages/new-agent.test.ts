import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, DESKTOP, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";
import { layoutShift } from "../support/layout-shift.ts";

const MAX_SHIFT = 0.1;
const LAPTOP = { width: 1280, height: 720 };

describe("page of a new agent", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const cards = (page: Page) =>
    page.getByRole("region", { name: "Start from a template" }).locator("[aria-pressed]");
  const expand = (page: Page) => page.getByRole("button", { name: /^Show all \d+ templates$/ });

  test("reaches all templates without scrolling sideways, and keeps the choice", async (story) => {
    const { items: templates } = await here.world.client.agents.templates.list();
    for (const viewport of [DESKTOP, PHONE]) {
      const page = await here.visit(story, "/agents/new", { viewport });
      await expand(page).click();
      assert.equal(await cards(page).count(), templates.length + 1, "and the blank agent");
      assert.equal(await page.evaluate(fitsItsWindow), true);
      const { width } = (await page.viewportSize())!;
      for (const card of await cards(page).all()) {
        const box = (await card.boundingBox())!;
        assert.ok(box.x >= 0 && box.x + box.width <= width, "no card is beside the page");
      }
      const last = cards(page).last();
      await last.click();
      await page.getByRole("button", { name: "Show fewer templates" }).click();
      await page.getByText(/^Based on the template/).waitFor();
      assert.notEqual(await page.getByLabel("Name").inputValue(), "");
    }
  });

  test("uses the width of the page for the form", async (story) => {
    const page = await here.visit(story, "/agents/new", { viewport: LAPTOP });
    const instructions = await page.getByLabel("Instructions").boundingBox();
    const repositories = await page.getByLabel("Repositories").first().boundingBox();
    assert.ok(instructions!.width > 600);
    assert.ok(repositories!.x > instructions!.x + instructions!.width, "beside the instructions");
    assert.ok(repositories!.x + repositories!.width > 0.95 * LAPTOP.width);
  });

  test("is accessible and does not move while it loads", async (story) => {
    for (const look of [
      { scheme: "light" },
      { scheme: "dark", viewport: LAPTOP },
      { viewport: PHONE },
    ] as const) {
      const page = await here.visit(story, "/agents/new", look);
      await expand(page).waitFor();
      assert.ok((await layoutShift(page)) < MAX_SHIFT, JSON.stringify(look));
      await assertAccessible(page, JSON.stringify(look));
    }
  });
});
