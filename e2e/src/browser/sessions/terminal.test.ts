import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { say } from "../support/say.ts";

describe("session terminal", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
  });
  after(() => here.close());

  test("runs commands, releases the focus by keyboard, and reports when the shell exits", async (story) => {
    const { id } = await here.world.client.session.create({ prompt: `Begin. SCRIPT(${say("Ready.")})` });
    await here.world.until(id, ({ eventType }) => eventType === "sandbox.kept");
    const page = await here.visit(story, `/sessions/${id}?panel=terminal`, { expects: /status of 409/ });
    const field = page.getByRole("textbox", { name: "Terminal in the session's sandbox" });
    const close = page.getByRole("button", { name: "Close terminal" });
    await page.locator("button:enabled", { hasText: "Close terminal" }).waitFor();
    await field.focus();
    await page.keyboard.type("echo $((6 * 7)) is shown");
    await page.keyboard.press("Enter");
    await page.locator(".xterm-rows").getByText("42 is shown").waitFor();
    await assertAccessible(page, "an open terminal");
    await page.keyboard.press("Control+Shift+Escape");
    assert.equal(await close.evaluate((button) => button.matches(":focus")), true);
    await field.focus();
    await page.keyboard.type("exit 3");
    await page.keyboard.press("Enter");
    await page.getByText("The shell exited with code 3.").waitFor();
    await here.world.client.session.keepAlive(id, 0);
    await here.world.until(id, ({ eventType }) => eventType === "sandbox.stopped");
    await page.getByRole("button", { name: "Reopen terminal" }).click();
    await page.getByText("This session has no running sandbox. Send a message").waitFor();
    await assertAccessible(page, "a terminal panel without a sandbox");
  });
});
