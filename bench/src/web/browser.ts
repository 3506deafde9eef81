import { API_KEY } from "@tembo/e2e/support";
import { type CDPSession, chromium, type Page } from "playwright-core";

export interface OpenBrowser {
  /** Opens a signed-in page in a new browser profile. Returns the page with its DevTools session. */
  open(): Promise<{ readonly page: Page; readonly inside: CDPSession }>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts Chromium, signed in to a server. */
export async function startBrowser(url: string): Promise<OpenBrowser> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    // Chromium's own sandbox does not work as root. The page is trusted.
    args: ["--no-sandbox", "--disable-background-networking", "--js-flags=--expose-gc"],
  });
  const signIn = await fetch(`${url}/v1/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ apiKey: API_KEY }),
  });
  const [, name, value] = /^(\w+)=([^;]+)/.exec(signIn.headers.get("set-cookie") ?? "") ?? [];
  if (name === undefined || value === undefined) throw new Error(`sign-in returned ${signIn.status}`);
  const { pageSecret } = (await signIn.json()) as { pageSecret: string };
  const origins = [{ origin: url, localStorage: [{ name: "tembo.pageSecret", value: pageSecret }] }];
  return {
    open: async () => {
      const context = await browser.newContext({
        viewport: { width: 1400, height: 900 },
        storageState: { cookies: [], origins },
      });
      await context.addCookies([{ name, value, url }]);
      const page = await context.newPage();
      const inside = await context.newCDPSession(page);
      return { page, inside };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
