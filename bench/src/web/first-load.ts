import type { OpenBrowser } from "./browser.ts";

const SLOWER = 4;

/**
 * Opens the list in a browser that has nothing of it. `scriptsKb` and `stylesKb`: as they came over the wire, until the list was there;
 * `interactiveMs`: from the beginning to the moment when a typed letter stands in the search field.
 */
export async function measureFirstLoad(browser: OpenBrowser, url: string) {
  const { page, inside } = await browser.open();
  await inside.send("Network.enable");
  await inside.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  const kinds = new Map<string, string>();
  const bytes = { Script: 0, Stylesheet: 0 };
  inside.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  inside.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind === "Script" || kind === "Stylesheet") bytes[kind] += encodedDataLength;
  });
  const startedAt = performance.now();
  await page.goto(`${url}/sessions`);
  await page.getByRole("list", { name: "List of sessions" }).getByRole("link").first().waitFor();
  const [scriptsKb, stylesKb] = [bytes.Script / 1000, bytes.Stylesheet / 1000];
  const search = page.getByRole("searchbox", { name: "Search sessions" });
  await search.press("x");
  while ((await search.inputValue()) !== "x");
  const interactiveMs = performance.now() - startedAt;
  await page.context().close();
  return { scriptsKb, stylesKb, interactiveMs };
}
