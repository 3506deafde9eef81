import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import {
  type BrowserWorld,
  noBrowser,
  openBrowserWorld,
  type VisitOptions,
} from "../support/browser-world.ts";

describe("page loading", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
    for (let n = 1; n <= 60; n++)
      await here.world.client.session.create({ prompt: `Number ${n}: fix it`, queueRightAway: false });
  });
  after(() => here.close());

  /** Opens a page that has not loaded the dashboard yet. Records the API paths of all requests after that. */
  const blank = async (story: TestContext, options?: VisitOptions) => {
    const page = await here.visit(story, "/icon.svg", {
      expects: /favicon\.ico/,
      ...options,
    });
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith("/v1/")) asked.push(pathname + search);
    });
    const open = (path: string) => page.goto(`${here.world.url}${path}`, { waitUntil: "commit" });
    return { page, asked, open };
  };
  /** Delays the script files with this name until `release` is called. */
  const hold = async (page: Page, name: string) => {
    const gate = Promise.withResolvers<void>();
    const isAsked = Promise.withResolvers<void>();
    await page.route(`**/assets/${name}-*.js`, async (route) => {
      isAsked.resolve();
      await gate.promise;
      await route.continue();
    });
    return { isAsked: isAsked.promise, release: () => gate.resolve() };
  };
  const firstRow = (page: Page) =>
    page.getByRole("list", { name: "Session list" }).getByRole("link", { name: /Number 60:/ });
  const account = (page: Page) => page.getByRole("button", { name: /Account/ });

  test("opens a panel requested during an outage once the server is back, without a reload", async (story) => {
    const { id } = await here.world.client.session.create({ prompt: "Look at it", queueRightAway: false });
    const page = await here.visit(story, `/sessions/${id}`, {
      expects: /ERR_|status of 50|Failed to fetch|WebSocket/,
      hasServiceWorker: true,
    });
    await page.getByRole("heading", { name: "Look at it" }).waitFor();
    // The service worker retries requests while the server is down. Without it, the browser requests each file only
    // once.
    await page.evaluate(
      `navigator.serviceWorker.controller || new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("controllerchange", resolve))`,
    );
    await page.evaluate("window.isTheSame = true");
    const failed: string[] = [];
    page.on("requestfailed", (request) => {
      if (/usage-panel/.test(request.url())) failed.push(request.url());
    });
    await here.world.tembo.kill();
    await page.getByRole("tab", { name: "Usage" }).click();
    await page.waitForURL(/panel=usage/);
    await here.world.restart();
    await page.getByRole("tabpanel").getByText(/turn/i).first().waitFor();
    assert.equal(await page.evaluate("window.isTheSame"), true);
    assert.deepEqual(failed, [], "no request of the page fails; the response is only late");
  });

  test("offers to reload the page if a panel's code cannot be loaded", async (story) => {
    const { id } = await here.world.client.session.create({ prompt: "Look at it", queueRightAway: false });
    const { page, open } = await blank(story, { expects: /ERR_FAILED|favicon|Could not load/ });
    await page.clock.install();
    let isRefused = true;
    await page.route("**/assets/usage-panel-*.js", (route) => (isRefused ? route.abort() : route.continue()));
    await open(`/sessions/${id}?panel=usage`);
    const again = page.getByRole("button", { name: "Reload page" });
    for (let turns = 0; turns < 1_000 && (await again.count()) === 0; turns++) await page.clock.runFor(2_000);
    isRefused = false;
    await again.click();
    await page.getByRole("tabpanel").getByText(/turn/i).first().waitFor();
  });

  test("retries loading a page's code until it succeeds", async (story) => {
    const { page, open } = await blank(story, { expects: /ERR_FAILED|favicon/ });
    let refused = 0;
    await page.route("**/assets/first-*.js", (route) => {
      if (++refused > 2) return route.continue();
      return route.abort();
    });
    await open("/sessions");
    await firstRow(page).waitFor();
    assert.ok(refused > 2, "control: the request was aborted and retried");
  });

  test("reports an error if a page's code cannot be loaded", async (story) => {
    const { page, open } = await blank(story, { expects: /ERR_FAILED|favicon|dynamically imported/ });
    await page.evaluate('sessionStorage.setItem("tembo.loads-again-since", "0")');
    await page.route("**/assets/first-*.js", (route) => route.abort());
    await open("/sessions");
    await page.getByText("reload the page").waitFor();
  });

  test("requests each group of the session list once, before the page is rendered", async (story) => {
    const { page, asked, open } = await blank(story);
    const drawing = await hold(page, "first");
    const lists = () => asked.filter((path) => path.startsWith("/v1/sessions?")).toSorted();
    // Needs you, pinned, working, to review, drafts and done.
    const groups = 6;
    let answers = 0;
    const answered = page.waitForResponse(
      (response) => response.url().includes("/v1/sessions?") && ++answers === groups,
    );
    await open("/sessions");
    await answered;
    const before = lists();
    assert.equal(before.length, groups);
    assert.equal(await page.getByRole("navigation").count(), 0);
    drawing.release();
    await firstRow(page).waitFor();
    await page.getByRole("combobox", { name: "State" }).waitFor();
    assert.deepEqual(lists(), before);
    assert.equal(asked.filter((path) => path === "/v1/sign-in").length, 1);
  });

  test("requests a session before the page is rendered", async (story) => {
    const { id } = await here.world.client.session.create({ prompt: "Look at it", queueRightAway: false });
    const { page, asked, open } = await blank(story);
    const drawing = await hold(page, "first");
    const answered = page.waitForResponse((response) => response.url().endsWith(`/v1/sessions/${id}`));
    await open(`/sessions/${id}`);
    await answered;
    drawing.release();
    await page.getByRole("heading", { level: 1, name: "Look at it" }).waitFor();
    assert.equal(asked.indexOf(`/v1/sessions/${id}`), 1);
  });

  test("requests only the sessions that match the filters in the URL", async (story) => {
    const { page, asked, open } = await blank(story);
    await open("/sessions?search=number+17");
    await page.getByRole("link", { name: /Number 17:/ }).waitFor();
    assert.equal(asked.includes("/v1/sessions?limit=50"), false);
  });

  test("requests no sessions before the user signs in", async (story) => {
    const { page, asked, open } = await blank(story, { isSignedIn: false });
    await open("/sessions");
    await page.waitForURL(/\/sign-in/);
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.deepEqual(
      asked.filter((path) => path.startsWith("/v1/sessions")),
      [],
    );
  });

  test("opens the account menu even if the button is clicked before the menu's code is loaded", async (story) => {
    const { page, open } = await blank(story);
    const menu = await hold(page, "account-menu");
    await open("/sessions");
    await menu.isAsked;
    await account(page).click();
    menu.release();
    await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menuitem", { name: "Sign out" }).waitFor({ state: "detached" });
  });

  test("keeps the keyboard focus on the account button when the menu's code loads", async (story) => {
    const { page, open } = await blank(story);
    const menu = await hold(page, "account-menu");
    await open("/sessions");
    await menu.isAsked;
    await account(page).focus();
    menu.release();
    // The button has an ID only after the menu's code has loaded.
    await page.locator("nav button[id]").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
  });

  test("opens a session in a new tab with a modifier key", async (story) => {
    const { page, open } = await blank(story);
    await open("/sessions");
    const opened = page.context().waitForEvent("page");
    await firstRow(page).click({ modifiers: ["Control"] });
    const other = await opened;
    await other.getByRole("heading", { level: 1, name: /Number 60:/ }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/sessions");
  });
});
