import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";

describe("page isolation", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const atSessions = (page: Page) => page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();

  test("blocks inline scripts and scripts from other hosts", async (story) => {
    const page = await here.visit(story, "/sessions", {
      expects: /Content Security Policy|elsewhere\.example/,
    });
    const consoleError = page.waitForEvent("console", (message) => message.type() === "error");
    await atSessions(page);
    await page.evaluate(`
      const inline = document.createElement("script");
      inline.textContent = "window.broken = 'inline'";
      document.body.append(inline);
      const other = document.createElement("script");
      other.src = "https://elsewhere.example/x.js";
      document.body.append(other);
      const image = document.createElement("div");
      image.innerHTML = "<img src='data:,' onerror=\\"window.broken = 'handler'\\">";
      document.body.append(image);
    `);
    assert.match((await consoleError).text(), /Content Security Policy/);
    assert.equal(await page.evaluate("window.broken === undefined"), true);
  });

  test("blocks requests from a page to another host", async (story) => {
    const page = await here.visit(story, "/sessions", { expects: /Content Security Policy|127\.0\.0\.1:1/ });
    await atSessions(page);
    await assert.rejects(page.evaluate("fetch('http://127.0.0.1:1/')"), /Failed to fetch/);
  });

  test("cannot be embedded in a frame on another server's page", async (story) => {
    const other = createServer((_request, response) => {
      response
        .setHeader("content-type", "text/html")
        .end(`<title>Other</title><iframe src="${here.world.url}/sessions"></iframe>`);
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    story.after(() => other.close());
    const page = await here.visit(story, "/sessions", { expects: /frame|asked: http:\/\/127/ });
    await atSessions(page);
    const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    await refused;
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    assert.equal(await framed?.getByRole("heading", { name: "Sessions" }).count(), 0);
  });

  test("loads scripts from the cache after a reload", async (story) => {
    const page = await here.visit(story, "/sessions");
    await atSessions(page);
    // The page loads some scripts only when it is idle.
    await page.waitForLoadState("networkidle");
    await page.reload();
    await atSessions(page);
    const fetched = (await page.evaluate(
      `performance.getEntriesByType("resource")
        .filter(({ name, transferSize }) => name.includes("/assets/") && transferSize > 0).map(({ name }) => name)`,
    )) as string[];
    assert.deepEqual(fetched, []);
  });

  test("shows an error without old data while the server is unreachable, and recovers on Try again", async (story) => {
    const page = await here.visit(story, "/sessions", {
      expects: /ERR_|Failed to fetch|status of 50/,
      hasServiceWorker: true,
    });
    await atSessions(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.reload();
    await atSessions(page);
    await page.context().setOffline(true);
    await page.goto(`${here.world.url}/sessions`);
    await page.getByRole("alert").first().waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).first().click();
    await atSessions(page);
  });

  test("stores no API response in a browser cache", async (story) => {
    const page = await here.visit(story, "/sessions", { hasServiceWorker: true });
    await atSessions(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.reload();
    await atSessions(page);
    const kept = (await page.evaluate(
      `caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
        .then((all) => all.flat().map(({ url }) => new URL(url).pathname))`,
    )) as string[];
    assert.ok(kept.length > 0, "control: the cache has entries");
    assert.deepEqual(
      kept.filter((path) => path !== "/" && !path.startsWith("/assets/")),
      [],
    );
  });

  test("keeps the dashboard in the cache while the browser visits other pages of the server", async (story) => {
    const page = await here.visit(story, "/sessions", { hasServiceWorker: true });
    await atSessions(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.reload();
    await atSessions(page);
    const cached = "caches.match('/').then((response) => response.text())";
    const before = await page.evaluate(cached);
    assert.match(String(before), /<title>Tembo<\/title>/);
    for (const path of ["/api/integrations/callback?setup_action=update", "/docs"]) {
      const response = await page.goto(here.world.url + path);
      assert.equal(response!.status(), 200, path);
      assert.match(response!.headers()["content-type"] ?? "", /text\/html/, path);
      assert.equal(await page.evaluate(cached), before, path);
    }
  });

  test("applies the selected color scheme before any script on the page runs", async (story) => {
    const page = await here.visit(story, "/sessions", {
      expects: /ERR_FAILED/,
    });
    const scheme = () => page.evaluate("document.documentElement.dataset.mantineColorScheme");
    await atSessions(page);
    assert.equal(await scheme(), "light");
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Dark" }).click();
    assert.equal(await scheme(), "dark");
    await page.route("**/assets/**", (route) => route.abort());
    await page.reload({ waitUntil: "commit" });
    await page.locator(':root[data-mantine-color-scheme="dark"]').waitFor({ state: "attached" });
    assert.equal(await page.locator("#root > *").count(), 0, "the page's own scripts have not run");
  });
});
