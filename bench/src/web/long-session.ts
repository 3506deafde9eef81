import type { CDPSession, Page } from "playwright-core";
import type { OpenBrowser } from "./browser.ts";

const OPEN_LIMIT_MS = 120_000;
const WHEELS = 120;
const WHEEL_PX = 300;
const MB = 1024 * 1024;

/**
 * Returns code that runs in the page from the start. The code records the time of the first frame after the text
 * appears on the page.
 */
const noteShown = (words: string) => `(() => {
  const observer = new MutationObserver(() => {
    if (document.body === null || !document.body.textContent.includes(${JSON.stringify(words)})) return;
    observer.disconnect();
    requestAnimationFrame(() => document.documentElement.setAttribute("data-shown-at", performance.now()));
  });
  observer.observe(document, { childList: true, subtree: true, characterData: true });
})()`;

/** Returns the milliseconds from the start of the navigation until the page shows the last text of a session. */
async function openLong(page: Page, url: string, lastWords: string): Promise<number> {
  await page.addInitScript(noteShown(lastWords));
  await page.goto(url, { waitUntil: "commit" });
  const shown = page.locator("html[data-shown-at]");
  await shown.waitFor({ state: "attached", timeout: OPEN_LIMIT_MS });
  return Number(await shown.getAttribute("data-shown-at"));
}

/** Opens a session `runs` times, each time in a new profile. In the last run, also scrolls up and down. */
export async function openAndScroll(browser: OpenBrowser, url: string, lastWords: string, runs: number) {
  const openMs: number[] = [];
  for (let run = 1; ; run++) {
    const { page, inside } = await browser.open();
    openMs.push(await openLong(page, url, lastWords));
    const frames = run < runs ? null : await scroll(page, inside);
    await page.context().close();
    if (frames !== null) return { openMs, ...frames };
  }
}

export async function holdMany(browser: OpenBrowser, url: string, lastWords: string) {
  const { page, inside } = await browser.open();
  const openMs = await openLong(page, url, lastWords);
  await inside.send("HeapProfiler.collectGarbage");
  const { usedSize } = await inside.send("Runtime.getHeapUsage");
  await page.context().close();
  return { heapMb: usedSize / MB, openMs };
}

/**
 * Returns the milliseconds between frames while the page scrolls, first up and then down. Also returns the milliseconds
 * between frames while the page is idle.
 */
async function scroll(page: Page, inside: CDPSession) {
  const { x, y } = { x: 500, y: 450 };
  await page.mouse.move(x, y);
  const still = await framesWhile(page, async () => {
    for (let n = 0; n < WHEELS; n++) await nextFrame(page);
  });
  const turning = await framesWhile(page, async () => {
    for (let n = 0; n < WHEELS; n++) {
      const deltaY = n < WHEELS / 2 ? -WHEEL_PX : WHEEL_PX;
      await inside.send("Input.dispatchMouseEvent", { type: "mouseWheel", x, y, deltaX: 0, deltaY });
      await nextFrame(page);
    }
  });
  return { still, turning };
}

async function nextFrame(page: Page): Promise<void> {
  await page.evaluate("new Promise(requestAnimationFrame)");
}

async function framesWhile(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`(() => {
    const watched = { times: [], isOver: false };
    window.watched = watched;
    const note = (at) => {
      watched.times.push(at);
      if (!watched.isOver) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  })()`);
  await act();
  const times = (await page.evaluate("((watched.isOver = true), watched.times)")) as number[];
  return times.slice(1).map((time, index) => time - times[index]!);
}
