import assert from "node:assert/strict";
import type { Page, Request } from "playwright-core";

/** Date in all screenshots. No story runs on this day. The page shows times on this day as "just now". */
const TODAY = Date.UTC(2026, 2, 2);
const DAY_MS = 86_400_000;
const REST_LIMIT_MS = 60_000;

/**
 * Returns a camera for a page. Sets the page's clock to the date of the screenshots, and moves the dates in the
 * server's responses to that date.
 */
export async function openCamera(page: Page) {
  const unanswered = new Set<Request>();
  page.on("request", (request) => isStream(request) || unanswered.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", (request) => unanswered.delete(request));
  await page.clock.setFixedTime(TODAY + 1);
  const now = new Date();
  const days = Math.floor((now.getTime() - TODAY) / DAY_MS);
  const months = (now.getUTCFullYear() - 2026) * 12 + now.getUTCMonth() - 2;
  await page.route(/\/v1\//, async (route) => {
    const request = route.request();
    if (request.method() !== "GET" || isStream(request)) return route.continue();
    const response = await route.fetch();
    if (!/json/.test(response.headers()["content-type"] ?? "")) return route.fulfill({ response });
    const body = (await response.text())
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, (moment) => `"${moved(moment.slice(1, -1), days)}"`)
      .replace(/"\d{4}-\d\d-\d\d"/g, (day) => `"${moved(day.slice(1, -1), days).slice(0, 10)}"`)
      .replace(/"(\d{4})-(\d\d)"/g, (_, year, month) => {
        const first = new Date(Date.UTC(Number(year), Number(month) - 1 - months));
        return `"${first.toISOString().slice(0, 7)}"`;
      });
    return route.fulfill({ response, body });
  });

  /**
   * Waits until the page has loaded and two consecutive screenshots are identical, and returns the screenshot. Fails
   * after `REST_LIMIT_MS`.
   */
  async function look(): Promise<Buffer> {
    const end = Date.now() + REST_LIMIT_MS;
    for (let before: Buffer | null = null; Date.now() < end; ) {
      const isLoading = (await page.evaluate(writeAlike)) || unanswered.size > 0;
      const picture = await page.screenshot({ animations: "disabled", caret: "hide" });
      if (!isLoading && before?.equals(picture)) return picture;
      before = isLoading ? null : picture;
    }
    assert.fail(`${page.url()} did not settle`);
  }
  /** Stops changing responses. Ignores the errors of requests that are still open. */
  const close = () => page.unrouteAll({ behavior: "ignoreErrors" });
  return { page, look, close };
}

const isStream = (request: Request) => /stream|ndjson/.test(`${request.headers().accept} ${request.url()}`);
const moved = (moment: string, days: number) => new Date(Date.parse(moment) - days * DAY_MS).toISOString();

/**
 * Code that replaces texts that differ between runs with fixed texts. It is a string, because it runs in the page,
 * whose globals differ from those of a test.
 */
const writeAlike = `(() => {
  const alike = (text) => text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "01990000-0000-7000-8000-000000000000")
    .replace(/\\b[0-9a-f]{40}\\b/g, "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
    .replace(/(tembo\\/[a-z-]+-)[0-9a-f]{8}\\b/g, "$14b825dc")
    .replace(/\\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,12}\\b/g, "4b825dc")
    .replace(/\\b\\d\\d:\\d\\d:\\d\\d\\b/, "10:00:00")
    .replace(/^Thought for .*/, "Thought")
    .replace(/127\\.0\\.0\\.1:\\d+/g, "tembo.example")
    .replace(/\\b(?:\\d+ min )?\\d+(?:\\.\\d+)? m?s\\b/g, "4.2 s");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const isMoment = node.parentElement.closest("time") !== null;
    // The duration of a tool call appears only if it took at least a tenth of a second.
    const isOfTool = node.parentElement.closest("button") !== null && /^[\\d.]+ m?s$/.test(node.data);
    const moment = (text) => text.replace(/.*\\d:\\d.*/, "Mon 2 Mar, 09:00").replace(/^Expires in .*/, "Expires in 10 minutes");
    const next = isMoment ? moment(node.data) : isOfTool ? "" : alike(node.data);
    if (next !== node.data) node.data = next;
  }
  for (const field of document.querySelectorAll("input, textarea"))
    if (alike(field.value) !== field.value) field.value = alike(field.value);
  const waits = [...document.querySelectorAll(".mantine-Loader-root[role=status]:not([aria-hidden]), .mantine-Skeleton-root[data-visible], [aria-busy=true]")];
  const idle = new Promise((resolve) => requestIdleCallback(resolve, { timeout: ${REST_LIMIT_MS} }));
  return Promise.all([document.fonts.ready, idle]).then(() => waits.some((one) => one.checkVisibility()));
})()`;
