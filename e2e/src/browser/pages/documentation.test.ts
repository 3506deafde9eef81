import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, DESKTOP, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import {
  type BuiltPages,
  brokenLinks,
  inlineScripts,
  reachablePages,
  readBuiltPages,
} from "../support/built-site.ts";

const root = join(import.meta.dirname, "../../../..");
/** Pages of the server to which the documentation links. */
const otherPages = ["/", "/docs"];

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();

describe("the documentation as pages", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let pages: BuiltPages;
  before(async () => {
    // The server looks for the pages when it starts.
    await promisify(execFile)(process.execPath, [join(root, "site/src/build.ts")], { timeout: 240_000 });
    pages = readBuiltPages(join(root, "site/dist"));
    here = await openBrowserWorld();
  });
  after(() => here.close());

  test("has a page for each document, which a reader reaches by links from the first page", () => {
    const documents = globSync("**/*.md", { cwd: join(root, "docs") });
    assert.ok(documents.length > 100);
    const expected = documents.map((path) => path.replace(/\.md$/, ".html"));
    assert.deepEqual([...reachablePages(pages)].sort(), expected.sort());
    const unlinked = new Map(
      [...pages.keys()].map((path) => [path, '<a href="/help/security.html">Security</a>']),
    );
    assert.deepEqual([...reachablePages(unlinked)], ["index.html", "security.html"], "control");
  });

  test("has no link to a missing page or heading", async () => {
    assert.deepEqual(brokenLinks(pages, otherPages), []);
    for (const path of otherPages) {
      const { status } = await fetch(here.world.url + path, { headers: { accept: "text/html" } });
      assert.equal(status, 200, path);
    }
    const faulty = new Map([
      ...pages,
      [
        "faulty.html",
        '<a href="/help/gone.html"></a><a href="/help/security.html#gone"></a><a href="#gone"></a>',
      ],
    ]);
    assert.deepEqual(
      brokenLinks(faulty, otherPages),
      ["faulty.html: gone.html#", "faulty.html: security.html#gone", "faulty.html: faulty.html#gone"],
      "control",
    );
  });

  test("has no inline scripts and no source maps", () => {
    assert.deepEqual(
      [...pages].flatMap(([path, html]) => inlineScripts(html).map((script) => `${path}: ${script}`)),
      [],
    );
    const faults =
      '<script id="a">go()</script><p class="b" onclick="go()"></p><a href="javascript:go()"></a>';
    assert.equal(inlineScripts(faults).length, 3, "control");
    assert.deepEqual(globSync("site/dist/**/*.map", { cwd: root }), []);
  });

  test("shows the version, and opens pages by link, by address and in the history", async (story) => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const page = await here.visit(story, "/help", { isSignedIn: false });
    await heading(page, "Documentation");
    await page.getByRole("banner").getByText(version, { exact: true }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "Upgrade", exact: true }).click();
    await heading(page, "Upgrade");
    assert.match(page.url(), /\/help\/guides\/upgrade\.html$/);
    await page.reload();
    await heading(page, "Upgrade");
    await page.goBack();
    await heading(page, "Documentation");
    await page.goto(`${here.world.url}/help/guides/projects#containers`);
    await heading(page, "Projects");
    await page.locator("#containers").and(page.getByRole("heading")).waitFor();
  });

  test("finds a word with the search", async (story) => {
    const page = await here.visit(story, "/help/guides/upgrade.html", { isSignedIn: false });
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("bubblewrap isolate");
    await page
      .getByRole("option", { name: /Isolate sessions with bubblewrap/ })
      .first()
      .click();
    await heading(page, "4. Isolate sessions with bubblewrap");
  });

  test("explains that a page does not exist", async (story) => {
    const page = await here.visit(story, "/help/nothing", { isSignedIn: false, expects: /status of 404/ });
    await page.getByText("Page not found").waitFor();
  });

  test("runs under a policy that blocks inline scripts", async (story) => {
    const page = await here.visit(story, "/help/", { isSignedIn: false, expects: /Content Security Policy/ });
    await heading(page, "Documentation");
    const blocked = page.waitForEvent("console", (message) => message.type() === "error");
    await page.evaluate(`
      const inline = document.createElement("script");
      inline.textContent = "window.broken = true";
      document.body.append(inline);
    `);
    assert.match((await blocked).text(), /Content Security Policy/);
    assert.equal(await page.evaluate("window.broken === undefined"), true);
  });

  for (const scheme of ["light", "dark"] as const)
    test(`axe reports no serious violations, ${scheme}, on a desktop and a phone`, async (story) => {
      for (const viewport of [DESKTOP, PHONE]) {
        const page = await here.visit(story, "/help/guides/projects.html", {
          isSignedIn: false,
          scheme,
          viewport,
        });
        await heading(page, "Projects");
        assert.equal(await page.locator("html.dark").count(), scheme === "dark" ? 1 : 0);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), viewport.width);
        await assertAccessible(page, `${scheme}, ${viewport.width} wide`);
      }
    });

  test("opens from the account menu of the dashboard, which the service worker still caches", async (story) => {
    const page = await here.visit(story, "/sessions", { hasServiceWorker: true });
    await heading(page, "Sessions");
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.reload();
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Help" }).click();
    await heading(page, "Documentation");
    const cached = await page.evaluate("caches.match('/').then((response) => response.text())");
    assert.match(String(cached), /<title>Tembo<\/title>/);
    assert.doesNotMatch(String(cached), /VitePress/);
    await page.getByRole("banner").getByRole("link", { name: "Dashboard" }).click();
    await heading(page, "Sessions");
  });
});
