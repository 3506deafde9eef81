import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";

describe("a session on a phone", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  test("has a header of one row, and swipes between the conversation and the panels", async (story) => {
    const repository = await here.world.repository("house/lamp", { "a.txt": "off\n" });
    const long = "x".repeat(400);
    const { id } = await here.world.client.session.create({
      prompt: `Light the lamp. SCRIPT(write("b.txt", "${long}\\n"), say("On."))`,
      repositories: [repository.url],
    });
    await here.world.ended(id);
    const page = await here.visit(story, `/sessions/${id}`, { viewport: PHONE, context: { hasTouch: true } });
    await page.getByText("On.", { exact: true }).waitFor();
    const { height } = (await headerOf(page).boundingBox())!;
    assert.ok(height < 70, `the header is ${height} px high`);
    assert.equal(await page.evaluate(fitsItsWindow), true);

    const selected = (name: string | RegExp) => page.getByRole("tab", { name, selected: true }).waitFor();
    await swipe(page, -200);
    await selected(/^Changes/);
    await page.getByText(long.slice(0, 20)).first().waitFor();
    await assertAccessible(page, "the changes on a phone");
    await swipe(page, -200);
    await selected("Files");
    // A touch ends nowhere if its element disappears, as the loading indicator does.
    await page.getByText("No files yet").waitFor();
    await swipe(page, 200);
    await selected(/^Changes/);
    await swipe(page, 200, 300);
    await selected(/^Changes/);
    await swipe(page, 200);
    await selected("Conversation");
    await swipe(page, 200);
    await selected("Conversation");

    /** Swipes to the changes and back, which shows that a guard ends with its cause. */
    const swipeBothWays = async () => {
      await swipe(page, -200);
      await selected(/^Changes/);
      await page.getByText(long.slice(0, 20)).first().waitFor();
      await swipe(page, 200);
      await selected("Conversation");
    };
    await page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))");
    await swipe(page, -200);
    await selected("Conversation");
    await page.evaluate("getSelection().removeAllRanges()");
    await swipeBothWays();

    await page.getByRole("button", { name: "More actions" }).click();
    await swipe(page, -200, 0, await middleOf(page.getByRole("menu")));
    await selected("Conversation");
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await swipeBothWays();

    // The row of tabs scrolls sideways itself.
    await swipe(page, -200, 0, await middleOf(page.getByRole("tab", { name: /^Changes/ })));
    await selected("Conversation");
    await swipeBothWays();

    await setZoom(page, 2);
    await swipe(page, -100);
    await selected("Conversation");
  });

  test("keeps the title and the menu of a working session in the header when the connection is lost", async (story) => {
    const { id } = await here.world.client.session.create({
      prompt: 'Light the lamp in the room at the end. SCRIPT(say("Lighting."), sleepTool(60))',
    });
    const page = await here.visit(story, "/sessions", { viewport: PHONE, expects: /ERR_FAILED/ });
    await page.route("**/events/stream*", (route) => route.abort());
    await page.goto(`${here.world.url}/sessions/${id}`);
    await page
      .getByText(/^Reconnecting/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Stop turn" }).waitFor();
    const boxOf = async (locator: Locator) => (await locator.boundingBox())!;
    const title = page.getByRole("heading", { level: 1 });
    const menu = await boxOf(headerOf(page).getByRole("button").last());
    assert.ok((await boxOf(title)).width > 80, "the title is readable");
    assert.ok(menu.x + menu.width <= PHONE.width, "the menu is on the screen");
    assert.ok((await boxOf(headerOf(page))).height < 70);
    assert.equal(await page.evaluate(fitsItsWindow), true);
  });

  const headerOf = (page: Page) =>
    page.locator("header").filter({ has: page.getByRole("heading", { level: 1 }) });

  async function middleOf(locator: Locator): Promise<{ x: number; y: number }> {
    const { x, y, width, height } = (await locator.boundingBox())!;
    return { x: Math.min(x + width / 2, PHONE.width / 2), y: y + height / 2 };
  }

  /** Moves a finger by `x` and `y` pixels around a point, which is in the lower half of the screen by default. */
  async function swipe(page: Page, x: number, y = 0, middle = { x: 195, y: 600 }): Promise<void> {
    const touch = await page.context().newCDPSession(page);
    const at = (share: number) => [{ x: middle.x + x * (share - 0.5), y: middle.y - y * (share - 0.5) }];
    // On a busy machine, the events arrive later than a finger's.
    const start = Date.now() / 1_000;
    const send = (type: "touchStart" | "touchMove" | "touchEnd", share: number) =>
      touch.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : at(share),
        timestamp: start + share / 5,
      });
    await send("touchStart", 0);
    for (const share of [0.5, 1]) await send("touchMove", share);
    await send("touchEnd", 1);
    await touch.detach();
  }

  /** Zooms as two fingers do. */
  async function setZoom(page: Page, pageScaleFactor: number): Promise<void> {
    const client = await page.context().newCDPSession(page);
    await client.send("Emulation.setPageScaleFactor", { pageScaleFactor });
    await client.detach();
    await page.waitForFunction(`Math.abs(visualViewport.scale - ${pageScaleFactor}) < 0.01`);
  }
});
