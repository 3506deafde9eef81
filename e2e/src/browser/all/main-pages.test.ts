import { after, before, describe, test } from "node:test";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { fillMainPages, mainPages } from "../support/main-pages.ts";

// accessibility.test.ts checks further properties of these pages, also in dark mode and on a phone.
describe("the most important pages", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  test("have no serious axe violations in light mode", async (story) => {
    const sessionId = await fillMainPages(here.world);
    for (const [name, { path, isThere, isOpen }] of Object.entries(mainPages)) {
      const page = await here.visit(story, path(sessionId), { scheme: "light", isSignedIn: isOpen !== true });
      await isThere(page);
      await assertAccessible(page, name);
      await page.context().close();
    }
  });
});
