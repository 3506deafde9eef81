import { setTimeout as sleep } from "node:timers/promises";
import type { OpenBrowser } from "./browser.ts";

const SLOWER = 4;
const LIMIT_MS = 120_000;

export interface FirstLoad {
  /** Kilobytes of scripts that the page transfers until the list appears. */
  readonly scriptsKb: number;
  readonly stylesKb: number;
  /** Milliseconds from the start of the navigation to the frame in which a typed letter appears in the search field. */
  readonly interactiveMs: number;
  /**
   * Milliseconds for which the page's main thread was busy until that frame. `scriptingMs` is the part that scripts used. Other load on the
   * machine affects these times far less than `interactiveMs`.
   */
  readonly busyMs: number;
  readonly scriptingMs: number;
}

/**
 * Code that runs in the page from the start. It focuses the search field as soon as the list has rows, and reports this moment and the first
 * frame after a letter is entered.
 */
const watch = `(() => {
  const isThere = () => document.querySelector('main li a[href^="/sessions/"]') !== null;
  const observer = new MutationObserver(() => {
    const field = document.querySelector('[type="search"]');
    if (field === null || !isThere()) return;
    observer.disconnect();
    field.focus();
    field.addEventListener("input", () => requestAnimationFrame(() => report(String(performance.now()))));
    report("rows");
  });
  observer.observe(document, { childList: true, subtree: true });
})()`;

/** Opens the list in a browser with an empty cache, on a processor that is four times slower. */
export async function measureFirstLoad(browser: OpenBrowser, url: string): Promise<FirstLoad> {
  const { page, inside } = await browser.open();
  for (const domain of ["Network", "Performance", "Page", "Runtime"] as const)
    await inside.send(`${domain}.enable`);
  // On a slow machine, the page registers its service worker before the list is shown. Its responses have no size.
  await inside.send("Network.setBypassServiceWorker", { bypass: true });
  await inside.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  const kinds = new Map<string, string>();
  const bytes = { Script: 0, Stylesheet: 0 };
  const hasRows = Promise.withResolvers<void>();
  const hasLetter = Promise.withResolvers<number>();
  inside.on("Network.responseReceived", ({ requestId, type, response }) => {
    kinds.set(requestId, type);
    // The control of the setting above.
    if (response.fromServiceWorker) hasRows.reject(new Error("A service worker answered the request."));
  });
  inside.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind === "Script" || kind === "Stylesheet") bytes[kind] += encodedDataLength;
  });
  inside.on("Runtime.bindingCalled", ({ payload }) => {
    if (payload === "rows") hasRows.resolve();
    else hasLetter.resolve(Number(payload));
  });
  await inside.send("Runtime.addBinding", { name: "report" });
  await inside.send("Page.addScriptToEvaluateOnNewDocument", { source: watch });
  await Promise.all([
    inTime(hasRows.promise, "the list"),
    inside.send("Page.navigate", { url: `${url}/sessions` }),
  ]);
  const [scriptsKb, stylesKb] = [bytes.Script / 1000, bytes.Stylesheet / 1000];
  await inside.send("Input.dispatchKeyEvent", { type: "keyDown", key: "x", code: "KeyX", text: "x" });
  const interactiveMs = await inTime(hasLetter.promise, "the letter in the search field");
  const { metrics } = await inside.send("Performance.getMetrics");
  const secondsOf = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  await page.context().close();
  return {
    scriptsKb,
    stylesKb,
    interactiveMs,
    busyMs: secondsOf("TaskDuration") * 1000,
    scriptingMs: secondsOf("ScriptDuration") * 1000,
  };
}

async function inTime<T>(coming: Promise<T>, what: string): Promise<T> {
  const late = sleep(LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Timed out waiting for ${what}.`);
  });
  return Promise.race([coming, late]);
}
