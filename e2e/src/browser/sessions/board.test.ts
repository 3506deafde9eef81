import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { steps } from "../../scripted-model/steps.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";
import { layoutShift } from "../support/layout-shift.ts";

const MAX_SHIFT = 0.1;

describe("session board", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
    await draft("A first idea");
    await draft("A second idea");
    const repository = await here.world.repository("house/lamp", { "a.txt": "off\n" });
    here.world.model.script("Turn it on.", [
      steps.read("a.txt"),
      steps.edit("a.txt", "off", "on"),
      steps.say("On."),
    ]);
    const done = await here.world.client.session.create({
      prompt: "Turn it on.",
      repositories: [repository.url],
    });
    const failed = await here.world.client.session.create({ prompt: "Fail. SCRIPT(fail(400))" });
    for (const { id } of [done, failed]) await here.world.ended(id);
  });
  after(() => here.close());

  const draft = (prompt: string) => here.world.client.session.create({ prompt, queueRightAway: false });
  const column = (page: Page, name: string) => page.getByRole("list", { name: `Sessions in ${name}` });
  const card = (page: Page, name: string, title: string | RegExp) =>
    column(page, name).getByRole("link", { name: title });
  const board = (page: Page) => page.getByRole("button", { name: "Board", exact: true });
  const focused = (page: Page) =>
    page.evaluate("document.activeElement.closest('a')?.textContent ?? ''") as Promise<string>;

  test("shows the groups of the list as columns, and remembers the layout in the browser and in the URL", async (story) => {
    const page = await here.visit(story, "/sessions");
    await page.getByRole("list", { name: "Session list" }).waitFor();
    await board(page).click();
    await card(page, "Drafts", "A first idea").waitFor();
    await card(page, "Needs you", /Fail/).waitFor();
    await card(page, "To review", /Turn it on/).waitFor();
    assert.equal(await column(page, "Working").getByRole("link").count(), 0);
    assert.equal(new URL(page.url()).searchParams.get("layout"), "board");
    await page.goto(`${here.world.url}/sessions?state=draft`);
    await card(page, "Drafts", "A first idea").waitFor();
    assert.equal(await card(page, "To review", /Turn it on/).count(), 0, "filters apply");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await card(page, "To review", /Turn it on/).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("layout"), "board");
    await board(page).click();
    await page.getByRole("list", { name: "Session list" }).waitFor();
    await page.goto(`${here.world.url}/sessions`);
    await page.getByRole("list", { name: "Session list" }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("layout"), null);
    await page.goto(`${here.world.url}/sessions?layout=board`);
    await card(page, "Drafts", "A first idea").waitFor();
  });

  test("moves a card when another client changes its session", async (story) => {
    const page = await here.visit(story, "/sessions?layout=board");
    await card(page, "Drafts", "A first idea").waitFor();
    const { id } = await draft("Green umbrella");
    await card(page, "Drafts", "Green umbrella").waitFor();
    await here.world.client.sessions.update(id, { isPinned: true });
    await card(page, "Pinned", "Green umbrella").waitFor();
    assert.equal(await card(page, "Drafts", "Green umbrella").count(), 0);
    await here.world.client.session.delete(id);
    await card(page, "Pinned", "Green umbrella").waitFor({ state: "detached" });
  });

  test("is used with the keyboard alone", async (story) => {
    const page = await here.visit(story, "/sessions");
    await page.getByRole("list", { name: "Session list" }).waitFor();
    await page.keyboard.press("b");
    await card(page, "Needs you", /Fail/).waitFor();
    await page.keyboard.press("j");
    assert.match(await focused(page), /Fail/);
    await page.keyboard.press("l");
    assert.match(await focused(page), /Turn it on/);
    await page.keyboard.press("l");
    await page.keyboard.press("j");
    assert.match(await focused(page), /A first idea/);
    await page.keyboard.press("p");
    await card(page, "Pinned", "A first idea").waitFor();
    assert.match(await focused(page), /A first idea/, "the focus follows the card to its new column");
    await page.keyboard.press("p");
    await card(page, "Drafts", "A first idea").waitFor();
    assert.match(await focused(page), /A first idea/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "A first idea" }).waitFor();
  });

  test("is accessible and does not move while it loads", async (story) => {
    for (const look of [{ scheme: "light" }, { scheme: "dark" }, { viewport: PHONE }] as const) {
      const page = await here.visit(story, "/sessions?layout=board", look);
      await card(page, "Drafts", "A first idea").waitFor();
      assert.ok((await layoutShift(page)) < MAX_SHIFT, JSON.stringify(look));
      await assertAccessible(page, JSON.stringify(look));
      assert.equal(await page.evaluate(fitsItsWindow), true);
    }
  });

  // Archives a session of the other stories, so it is the last one.
  test("keeps the focus when a card is archived, also the last one of its column", async (story) => {
    const titles = ["Blue umbrella", "Red umbrella"];
    const ids = await Promise.all(titles.map(async (title) => (await draft(title)).id));
    const page = await here.visit(story, "/sessions?layout=board");
    for (const title of titles) await card(page, "Drafts", title).waitFor();
    const last = (await column(page, "Drafts").getByRole("link").last().textContent())!;
    await column(page, "Drafts").getByRole("link").last().focus();
    await page.keyboard.press("e");
    const before = await focused(page);
    assert.notEqual(before, "", "another card has the focus");
    assert.notEqual(before, last);
    await column(page, "Drafts").getByText(last.slice(0, 10)).waitFor({ state: "detached" });
    assert.equal(await focused(page), before);
    await Promise.all(ids.map((id) => here.world.client.session.delete(id)));
  });
});
