import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, DESKTOP, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fillMainPages, mainPages } from "../support/main-pages.ts";

describe("accessibility of every page", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let sessionId: string;
  before(async () => {
    here = await openBrowserWorld();
    sessionId = await fillMainPages(here.world);
  });
  after(() => here.close());

  for (const [name, { path, isThere, isOpen }] of Object.entries(mainPages)) {
    for (const scheme of ["light", "dark"] as const) {
      test(`axe reports no serious violations on ${name}, ${scheme}, on a desktop and a phone`, async (story) => {
        for (const viewport of [DESKTOP, PHONE]) {
          const page = await here.visit(story, path(sessionId), {
            scheme,
            viewport,
            isSignedIn: isOpen !== true,
          });
          await isThere(page);
          await assertAccessible(page, `${name}, ${scheme}, ${viewport.width} wide`);
        }
      });
    }

    test(`${name} has one main landmark, one h1, and no skipped heading level`, async (story) => {
      const page = await here.visit(story, path(sessionId), { isSignedIn: isOpen !== true });
      await isThere(page);
      assert.equal(await page.getByRole("main").count(), 1);
      const levels = (await page.evaluate(
        `[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
          .filter((one) => one.checkVisibility()).map(({ tagName }) => Number(tagName[1]))`,
      )) as number[];
      assert.equal(levels.filter((level) => level === 1).length, 1, String(levels));
      for (const [index, level] of levels.entries())
        assert.ok(level <= (levels[index - 1] ?? 0) + 1, `the outline skips no level: ${levels}`);
    });

    test(`${name} shows the keyboard focus at every tab stop`, async (story) => {
      const page = await here.visit(story, path(sessionId), { isSignedIn: isOpen !== true });
      await isThere(page);
      const first = await focused(page);
      for (let presses = 0; presses < 30; presses++) {
        await page.keyboard.press("Tab");
        const { isBody, isSeen, name: stop } = await focused(page);
        if (isBody) break;
        assert.ok(isSeen, `focus is visible on ${stop}`);
      }
      assert.ok(first !== undefined);
    });
  }

  test("the first Tab press focuses a link that skips to the content", async (story) => {
    const page = await here.visit(story, "/sessions");
    await mainPages["the list of sessions"]!.isThere(page);
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to content" });
    assert.equal(await skip.evaluate((link) => link === link.ownerDocument.activeElement), true);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement.closest('main') !== null"), true);
  });

  test("animates nothing if the user prefers reduced motion", async (story) => {
    const page = await here.visit(story, "/sessions");
    await mainPages["the list of sessions"]!.isThere(page);
    const moving = (await page.evaluate(
      `[...document.querySelectorAll("*")].filter((one) => {
        const { animationDuration, transitionDuration } = getComputedStyle(one);
        return [animationDuration, transitionDuration].some((all) => all.split(", ").some((time) => parseFloat(time) > 0.01));
      }).map(({ tagName, className }) => tagName + " " + className)`,
    )) as string[];
    assert.deepEqual(moving, []);
  });

  test("the session list fits the window width at 200% zoom", async (story) => {
    // WCAG 1.4.4 requires support for 200 % zoom. A window of half the width produces the same layout.
    const page = await here.visit(story, "/sessions", { viewport: { width: 640, height: 512 } });
    await mainPages["the list of sessions"]!.isThere(page);
    assert.equal(
      await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
      true,
    );
    await page.getByRole("searchbox").first().waitFor();
  });
});

/**
 * Returns the focused element, and whether focus changes its appearance. Compares outline, ring and colors of the
 * element, its pseudo-elements and up to four ancestors.
 */
async function focused(page: Page) {
  return (await page.evaluate(`(() => {
    const element = document.activeElement;
    const holders = [];
    for (let one = element; one && one !== document.body && holders.length < 5; one = one.parentElement) holders.push(one);
    const lookOf = (one, pseudo) => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(one, pseudo);
      return [outlineStyle === "none" ? "" : outlineStyle + outlineWidth, boxShadow, borderColor, backgroundColor];
    };
    const look = () => JSON.stringify(holders.map((one) => [null, "::before", "::after"].map((pseudo) => lookOf(one, pseudo))));
    const isBody = element === document.body || element === document.documentElement;
    const withFocus = look();
    if (isBody) return { isBody, isSeen: true, name: "" };
    element.blur();
    const without = look();
    element.focus({ focusVisible: true });
    return { isBody, isSeen: withFocus !== without, name: element.outerHTML.slice(0, 150) };
  })()`)) as { readonly isBody: boolean; readonly isSeen: boolean; readonly name: string };
}
