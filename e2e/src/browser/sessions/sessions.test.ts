import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow, hostileWords, nothingRan } from "../support/hostile.ts";

const COUNT = 120;

describe("session list", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  const draft = (prompt: string) => here.world.client.session.create({ prompt, queueRightAway: false });
  before(async () => {
    here = await openBrowserWorld();
    for (const words of Object.values(hostileWords)) await draft(words);
    for (let n = 1; n <= COUNT; n++)
      await draft(`Number ${n}: fix the ${n % 2 === 0 ? "kettle" : "toaster"}`);
  });
  after(() => here.close());

  const list = (page: Page) => page.getByRole("list", { name: "Session list" });
  const row = (page: Page, name: string | RegExp) => list(page).getByRole("link", { name });
  const search = (page: Page) => page.getByRole("searchbox", { name: "Search sessions" });
  const searchIsInAddress = (page: Page, words: string) =>
    page.waitForURL((url) => url.searchParams.get("search") === words);

  test("shows the newest sessions first, and loads older ones on scrolling", async (story) => {
    const page = await here.visit(story, "/sessions?state=draft");
    const newest = await list(page).getByRole("link").first().textContent();
    assert.ok(newest!.includes(`Number ${COUNT}:`));
    const oldest = row(page, /onerror/);
    await page.mouse.move(700, 500);
    for (let turns = 0; turns < 100 && (await oldest.count()) === 0; turns++) {
      await page.mouse.wheel(0, 2_000);
      await page.waitForTimeout(50);
    }
    await oldest.waitFor();
    assert.ok(
      (await list(page).getByRole("listitem").count()) < 80,
      "rows outside the viewport are not in the DOM",
    );
  });

  test("shows groups with their newest sessions, and leads to all sessions of a group", async (story) => {
    const page = await here.visit(story, "/");
    await list(page)
      .getByRole("heading", { name: `Drafts ${COUNT + Object.keys(hostileWords).length}` })
      .waitFor();
    await row(page, `Number ${COUNT}:`).waitFor();
    assert.equal(await row(page, `Number ${COUNT - 5}:`).count(), 0, "the group shows five drafts");
    await list(page)
      .getByRole("link", { name: /^Show all .* in Drafts$/ })
      .click();
    await row(page, `Number ${COUNT - 5}:`).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("state"), "draft");
    assert.equal(await list(page).getByRole("heading").count(), 0);
  });

  test("keeps a search in the URL and after a reload", async (story) => {
    const page = await here.visit(story, "/sessions");
    await search(page).fill("number 17");
    await searchIsInAddress(page, "number 17");
    await row(page, /Number 17:/).waitFor();
    await row(page, /Number 18:/).waitFor({ state: "detached" });
    await page.reload();
    await row(page, /Number 17:/).waitFor();
    assert.equal(await search(page).inputValue(), "number 17");
    assert.equal(await row(page, /Number 18:/).count(), 0);
  });

  test("applies the search in a link", async (story) => {
    const page = await here.visit(story, "/sessions?search=kettle");
    await row(page, /kettle/)
      .first()
      .waitFor();
    assert.equal(await row(page, /toaster/).count(), 0);
  });

  test("shows an empty state without matches, and clears the filters", async (story) => {
    const page = await here.visit(story, "/sessions?search=nosuchthinganywhere");
    await page.getByText("No sessions match these filters.").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).last().click();
    await row(page, /Number 120:/).waitFor();
    assert.equal(new URL(page.url()).search, "");
  });

  test("shows a new session without a reload", async (story) => {
    const page = await here.visit(story, "/sessions?state=draft");
    await row(page, /Number 120:/).waitFor();
    await draft("Started meanwhile by somebody else");
    await row(page, /Started meanwhile/).waitFor();
  });

  test("archives a session in the list, lists it with the filter, and unarchives it on its page", async (story) => {
    const { id } = await draft("Lost umbrella");
    const page = await here.visit(story, "/sessions");
    await row(page, /Lost umbrella/).focus();
    await page.keyboard.press("e");
    await page.getByText("Session archived.").waitFor();
    await row(page, /Lost umbrella/).waitFor({ state: "detached" });
    await row(page, /Number 120:/).waitFor();
    await page.getByRole("combobox", { name: "State" }).click();
    await page.getByRole("option", { name: "Archived" }).click();
    await row(page, /Number 120:/).waitFor({ state: "detached" });
    await row(page, /Lost umbrella/).click();
    const mark = page.getByText("Archived", { exact: true });
    await mark.waitFor();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Unarchive" }).click();
    await mark.waitFor({ state: "detached" });
    await page.getByText("The session was unarchived.").waitFor();
    // Another client's change appears without a reload.
    await here.world.client.sessions.update(id, { archived: true });
    await mark.waitFor();
    await here.world.client.session.delete(id);
  });

  test("keeps a pinned session in a group of its own, above newer sessions", async (story) => {
    const { id } = await draft("Brass doorbell");
    await draft("Newer than the doorbell");
    const page = await here.visit(story, "/sessions");
    const lines = async () =>
      (await page.getByRole("list", { name: "Session list" }).getByRole("listitem").allInnerTexts()).join(
        "\n",
      );
    const heading = page.getByRole("heading", { name: /^Pinned/ });
    await row(page, /Brass doorbell/).focus();
    assert.equal(await heading.count(), 0, "control");
    await page.keyboard.press("p");
    await heading.waitFor();
    assert.match(await lines(), /Pinned\s1.*Brass doorbell.*Drafts.*Newer than the doorbell/s);
    assert.equal(await row(page, /Brass doorbell/).count(), 1);
    await page.goto(`${here.world.url}/sessions?state=pinned`);
    await row(page, /Brass doorbell/).waitFor();
    assert.equal(await row(page, /Newer than/).count(), 0);
    await here.world.client.sessions.update(id, { isPinned: false });
    await page.getByText("No sessions match these filters.").waitFor();
  });

  test("sorts by change, and filters by the signed-in person", async (story) => {
    const { id } = await draft("Sorted first");
    await draft("Sorted second");
    await here.world.client.sessions.update(id, { title: "Sorted first, and renamed" });
    const page = await here.visit(story, "/sessions?state=draft");
    const first = (name: RegExp) =>
      list(page).getByRole("listitem").first().getByRole("link", { name }).waitFor();
    await first(/Sorted second/);
    await page.getByRole("combobox", { name: "Sort" }).click();
    await page.getByRole("option", { name: "Changed" }).click();
    await page.waitForURL(/sort=updatedAt/);
    await first(/Sorted first, and renamed/);
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Sessions" }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.waitForURL(({ search }) => /^\?author=/.test(search));
    assert.equal(await page.getByRole("combobox", { name: "Author" }).inputValue(), "Me");
    await row(page, /Sorted second/).waitFor();
    for (const title of ["Sorted first", "Sorted second"])
      for (const one of (await here.world.client.sessions.list({ search: title })).items)
        await here.world.client.session.delete(one.id);
  });

  test("saves a view with its filters, and removes it", async (story) => {
    const page = await here.visit(story, "/sessions");
    await row(page, /Number 120:/).waitFor();
    const views = page.getByRole("button", { name: "Views" });
    await page.goto(`${here.world.url}/sessions?state=draft&search=kettle`);
    await views.click();
    await page.getByRole("menuitem", { name: "Save this view" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Kettles");
    await page.keyboard.press("Enter");
    const kettles = page.getByRole("button", { name: "Kettles" });
    await kettles.waitFor();
    const { userId } = await here.world.client.me.retrieve();
    const { dashboardPreferences } = await here.world.client.users.settings.retrieve(userId!);
    assert.deepEqual(dashboardPreferences, {
      savedViews: [{ name: "Kettles", filters: { search: "kettle", state: "draft" } }],
    });
    await page.goto(`${here.world.url}/insights`);
    await page.getByRole("heading", { level: 1, name: "Insights" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Command palette" }).fill("kettles");
    await page.getByRole("option", { name: /^Kettles View$/ }).click();
    await page.waitForURL(/search=kettle/);
    await page.setViewportSize(PHONE);
    await kettles.click();
    await page.getByRole("menuitem", { name: "Remove this view" }).waitFor();
    assert.equal(await page.evaluate(fitsItsWindow), true);
    await page.getByRole("menuitem", { name: "Remove this view" }).click();
    await views.waitFor();
    await page.getByRole("button", { name: "Clear filters" }).first().click();
    await views.waitFor({ state: "detached" });
  });

  test("ignores unknown filters in the URL", async (story) => {
    const page = await here.visit(story, "/sessions?state=bogus&harness[]=1&other=2");
    await row(page, /Number 120:/).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
  });

  test("opens a session from its row, and returns to the same list", async (story) => {
    const page = await here.visit(story, "/sessions?search=toaster");
    await row(page, /Number 119:/).click();
    await page.getByRole("heading", { level: 1, name: /Number 119: fix the toaster/ }).waitFor();
    assert.match(page.url(), /\/sessions\/[\w-]+/);
    await page.goBack();
    await row(page, /Number 117:/).waitFor();
    assert.equal(await search(page).inputValue(), "toaster");
  });

  test("is usable by keyboard alone", async (story) => {
    const page = await here.visit(story, "/sessions");
    await row(page, /Number 120:/).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("number 11");
    await searchIsInAddress(page, "number 11");
    await row(page, /Number 120:/).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await search(page).blur();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const [name = ""] = /Number \d+:/.exec(String(await list(page).locator("a:focus").textContent())) ?? [];
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name }).waitFor();
  });

  test("shows the keyboard shortcuts on ?, and opens the new session page on c", async (story) => {
    const page = await here.visit(story, "/sessions");
    await row(page, /Number 120:/).waitFor();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await help.waitFor();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    await page.keyboard.press("c");
    await page.getByRole("textbox", { name: "Task" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/sessions/new");
  });

  test("opens sessions and pages in the command palette, and goes to pages by keys", async (story) => {
    const page = await here.visit(story, "/insights");
    await page.getByRole("heading", { level: 1, name: "Insights" }).waitFor();
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Command palette" });
    await field.fill("number 17");
    await page.getByRole("option", { name: /^Number 17: .* Session$/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Number 17:/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("body").click({ position: { x: 5, y: 400 } });
    await page.keyboard.press("Control+k");
    await field.fill("internet acc");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/settings\/egress$/);
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.waitForURL(/\/projects$/);
    await page.keyboard.press("g");
    await page.keyboard.press("n");
    await page.waitForURL(/state=needsYou/);
    await page.keyboard.press("Control+k");
    await field.fill("no such thing anywhere");
    await page.getByRole("dialog").getByText("No matches").waitFor();
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
  });

  test("keeps keys for a dialog that opens or a menu, and ignores an unknown second key", async (story) => {
    const page = await here.visit(story, "/sessions");
    await row(page, /Number 120:/).focus();
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Compact" }).waitFor();
    await page.keyboard.press("c");
    await page.keyboard.press("Escape");
    await row(page, /Number 120:/).focus();
    // The palette's code arrives after the keys.
    const code = Promise.withResolvers<void>();
    await page.route(/palette/, async (route) => {
      await code.promise;
      await route.continue();
    });
    await page.keyboard.press("Control+k");
    await page.keyboard.press("e");
    code.resolve();
    await page.getByRole("combobox", { name: "Command palette" }).waitFor();
    await page.keyboard.press("Escape");
    await row(page, /Number 120:/)
      .and(page.locator(":focus"))
      .waitFor();
    assert.equal(new URL(page.url()).pathname, "/sessions");
    const { items } = await here.world.client.sessions.list({ state: "archived" });
    assert.deepEqual(items, []);
    await page.keyboard.press("e");
    await page.getByText("Session archived.").waitFor();
    const [archived] = (await here.world.client.sessions.list({ state: "archived" })).items;
    assert.match(archived!.title, /Number 120:/, "control");
    await here.world.client.sessions.update(archived!.id, { archived: false });
  });

  test("triggers no shortcut while the user types in a field", async (story) => {
    const page = await here.visit(story, "/sessions");
    await row(page, /Number 120:/).waitFor();
    await search(page).pressSequentially("jkc?");
    assert.equal(await search(page).inputValue(), "jkc?");
    assert.equal(new URL(page.url()).pathname, "/sessions");
    assert.equal(await page.getByRole("dialog").count(), 0);
  });

  for (const [kind, words] of Object.entries(hostileWords)) {
    test(`shows hostile text as plain text in the session list and the session's title: ${kind}`, async (story) => {
      const found = await draft(`${words} ${kind}`);
      const page = await here.visit(story, "/sessions");
      const link = list(page).locator(`a[href$="${found.id}"]`);
      await link.waitFor();
      assert.ok((await link.textContent())!.includes(found.title.slice(0, 30)));
      assert.equal(await page.evaluate(fitsItsWindow), true);
      const box = (await link.boundingBox())!;
      assert.ok(box.height < 100, "the row keeps its height");
      await link.click();
      await page
        .getByRole("heading", { level: 1 })
        .filter({ hasText: found.title.slice(0, 30) })
        .waitFor();
      assert.equal(await page.evaluate(nothingRan), true);
      assert.equal(await page.evaluate(fitsItsWindow), true);
    });
  }

  test("fits a phone screen, and opens the menu", async (story) => {
    const page = await here.visit(story, "/sessions?state=draft", { viewport: PHONE });
    await row(page, /Number 120:/).waitFor();
    assert.equal(await page.evaluate(fitsItsWindow), true);
    const places = page.getByRole("navigation", { name: "Main" });
    await places.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Menu" }).click();
    await places.getByRole("link", { name: "Sessions", exact: true }).last().waitFor();
    await row(page, /Number 120:/).waitFor();
  });

  test("keeps the focused element in view on a phone", async (story) => {
    const page = await here.visit(story, "/sessions?state=draft", { viewport: PHONE });
    await row(page, /Number 120:/).waitFor();
    for (let presses = 0; presses < 25; presses++) {
      await page.keyboard.press("Tab");
      const { left, right, name } = (await page.evaluate(
        "(({ left, right }, name) => ({ left, right, name }))(document.activeElement.getBoundingClientRect(), document.activeElement.outerHTML.slice(0, 100))",
      )) as { readonly left: number; readonly right: number; readonly name: string };
      assert.ok(right > 0 && left < PHONE.width, name);
    }
  });

  test("shows Page not found for an unknown URL, with a link to the sessions", async (story) => {
    const page = await here.visit(story, "/no/such/page");
    await page.getByRole("heading", { name: "Page not found", level: 1 }).waitFor();
    await page.getByRole("navigation").first().waitFor();
    await page.getByRole("link", { name: "Go to sessions" }).click();
    await list(page)
      .getByRole("heading", { name: /^Drafts/ })
      .waitFor();
  });
});
