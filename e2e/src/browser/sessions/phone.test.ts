import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
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
    const header = page.locator("header").filter({ has: page.getByRole("heading", { level: 1 }) });
    const { height } = (await header.boundingBox())!;
    assert.ok(height < 70, `the header is ${height} px high`);
    assert.equal(await page.evaluate(fitsItsWindow), true);

    const selected = (name: string | RegExp) => page.getByRole("tab", { name, selected: true }).waitFor();
    await swipe(page, -200);
    await selected(/^Changes/);
    await page.getByText(long.slice(0, 20)).first().waitFor();
    await assertAccessible(page, "the changes on a phone");
    await swipe(page, -200);
    await selected("Files");
    await swipe(page, 200);
    await selected(/^Changes/);
    await swipe(page, 200, 300);
    await selected(/^Changes/);
    await swipe(page, 200);
    await selected("Conversation");
    await swipe(page, 200);
    await selected("Conversation");
  });

  /** Moves a finger by `x` and `y` pixels from the middle of the lower half of the screen. */
  async function swipe(page: Page, x: number, y = 0): Promise<void> {
    const touch = await page.context().newCDPSession(page);
    const at = (share: number) => [{ x: 195 + x * (share - 0.5), y: 600 - y * (share - 0.5) }];
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
    for (const share of [0.5, 1])
      await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(share) });
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await touch.detach();
  }
});
