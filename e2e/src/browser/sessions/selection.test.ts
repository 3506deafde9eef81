import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";

describe("selection in the session list", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  const draft = async (prompt: string) =>
    (await here.world.client.session.create({ prompt, queueRightAway: false })).id;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const row = (page: Page, name: string | RegExp) =>
    page.getByRole("list", { name: "Session list" }).getByRole("link", { name });
  const box = (page: Page, title: string) => page.getByRole("checkbox", { name: `Select ${title}` });
  const bar = (page: Page) => page.getByRole("toolbar", { name: "Selected sessions" });
  const archived = async () =>
    (await here.world.client.sessions.list({ state: "archived" })).items.map(({ title }) => title).toSorted();

  test("selects by key and a range by Shift, and archives, pins and undoes", async (story) => {
    const ids: string[] = [];
    for (const name of ["Pear", "Plum", "Fig", "Quince", "Apple"]) ids.push(await draft(name));
    const page = await here.visit(story, "/sessions?state=draft");
    await row(page, "Apple").waitFor();
    assert.equal(await bar(page).count(), 0);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await bar(page).getByText("1 selected").waitFor();
    await row(page, "Pear").hover();
    await box(page, "Plum").click({ modifiers: ["Shift"] });
    await bar(page).getByText("3 selected").waitFor();
    assert.deepEqual(await page.getByRole("checkbox", { checked: true }).count(), 3);
    await page.keyboard.press("e");
    await page.getByText("3 sessions archived.").waitFor();
    await row(page, "Plum").waitFor({ state: "detached" });
    assert.deepEqual(await archived(), ["Fig", "Plum", "Quince"]);
    assert.equal(await bar(page).count(), 0);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("3 sessions unarchived.").waitFor();
    await row(page, "Plum").waitFor();
    assert.deepEqual(await archived(), []);
    await row(page, "Fig").focus();
    await page.keyboard.press("x");
    await page.keyboard.press("Escape");
    await bar(page).waitFor({ state: "detached" });
    await page.keyboard.press("x");
    await page.keyboard.press("k");
    await page.keyboard.press("x");
    await bar(page).getByRole("button", { name: "Pin", exact: true }).click();
    await page.getByText("2 sessions pinned.").waitFor();
    await page.getByRole("button", { name: "Unpin Fig" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("2 sessions unpinned.").waitFor();
    for (const id of ids) await here.world.client.session.delete(id);
  });

  test("deletes after confirmation, and reports which sessions failed and why", async (story) => {
    for (const name of ["Copper", "Silver", "Zinc"]) await draft(name);
    const page = await here.visit(story, "/sessions?state=draft", { expects: /status of 409/ });
    await box(page, "Copper").focus();
    await page.keyboard.press("Space");
    await bar(page)
      .getByRole("button", { name: /^Select all 3/ })
      .click();
    await bar(page).getByText("3 selected").waitFor();
    const silver = (await here.world.client.sessions.list({ search: "Silver" })).items[0]!.id;
    await page.route(`**/v1/sessions/${silver}`, (route) =>
      route.fulfill({ status: 409, json: { error: "Not now.", code: "conflict" } }),
    );
    await bar(page).getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete 3 sessions?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    await row(page, "Copper").waitFor();
    await bar(page).getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("2 deleted, 1 failed:").waitFor();
    await page.getByText("Silver: Not now.").waitFor();
    await row(page, "Zinc").waitFor({ state: "detached" });
    await bar(page).getByText("1 selected").waitFor();
    assert.equal(await box(page, "Silver").isChecked(), true, "the failed session stays selected");
    await page.unrouteAll();
    await here.world.client.session.delete(silver);
  });

  test("stops running sessions with their queues, on a phone", async (story) => {
    const { url } = await here.world.repository("selection/app", { "a.txt": "1\n" });
    const ids: string[] = [];
    for (const name of ["Slow one", "Slow two"])
      ids.push(
        (
          await here.world.client.session.create({
            prompt: `${name} SCRIPT(sleepTool(100))`,
            repositories: [url],
          })
        ).id,
      );
    const page = await here.visit(story, "/sessions?state=working", { viewport: PHONE });
    for (const name of ["Slow one", "Slow two"]) await box(page, name).check();
    assert.equal(await page.evaluate(fitsItsWindow), true);
    await bar(page).getByRole("button", { name: "Stop" }).click();
    await page.getByText("2 sessions stopped.").waitFor();
    for (const id of ids) await here.world.ended(id);
    await row(page, /Slow/).first().waitFor({ state: "detached" });
  });
});
