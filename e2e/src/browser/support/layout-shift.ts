import type { Page } from "playwright-core";

/**
 * Returns how much the content of the page has moved since it was opened, other than because of an action of the user.
 * Browsers define the score: https://web.dev/articles/cls.
 */
export async function layoutShift(page: Page): Promise<number> {
  return (await page.evaluate(`new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list, observer) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) sum += value;
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
  })`)) as number;
}
