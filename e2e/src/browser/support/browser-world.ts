import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { API_KEY, startWorld, type WorldOptions } from "../../support/index.ts";
import { onPath } from "../../support/programs/on-path.ts";

const [browserFile] = onPath("chromium");
/** Reason why browser stories cannot run on this machine, or false if they can. */
export const noBrowser = browserFile === undefined && "chromium is not on the PATH: apt-get install chromium";

export const DESKTOP = { width: 1400, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** User agent that the list of sign-ins shows. */
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36";
/** Time limit for a wait. The limit is much longer than any step, so that stories do not fail on a busy machine. */
const WAIT_LIMIT_MS = 60_000;

export interface VisitOptions {
  /** True if the browser is signed in with the world's API key. Defaults to true. */
  readonly isSignedIn?: boolean;
  readonly scheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly context?: BrowserContextOptions;
  /** True if the dashboard's service worker runs. Such a story cannot intercept requests. */
  readonly hasServiceWorker?: boolean;
  /** Matches browser errors that the story causes intentionally. */
  readonly expects?: RegExp;
}

/** Starts a world and a Chromium browser for its dashboard. */
export async function openBrowserWorld(options: WorldOptions = {}) {
  await using opening = new AsyncDisposableStack();
  const world = opening.adopt(await startWorld(options), (started) => started.close());
  const browser = opening.use(
    await chromium.launch({
      executablePath: browserFile!,
      // Chromium's own sandbox does not work as root. The page is trusted.
      args: ["--no-sandbox", "--disable-background-networking"],
    }),
  );
  const { cookie, pageSecret } = await signInByKey(world.url);
  const origins = [{ origin: world.url, localStorage: [{ name: "tembo.pageSecret", value: pageSecret }] }];
  const opened = opening.move();

  return {
    world,
    browser,
    /**
     * Opens a page in a separate browser context. The story fails on unexpected browser errors and on requests to other
     * hosts.
     */
    visit: async (story: TestContext, path: string, visit: VisitOptions = {}): Promise<Page> => {
      const context = await browser.newContext({
        viewport: visit.viewport ?? DESKTOP,
        colorScheme: visit.scheme ?? "light",
        reducedMotion: "reduce",
        locale: "en-GB",
        // A page's requests bypass `page.route` and the request events once a service worker controls the page.
        serviceWorkers: visit.hasServiceWorker === true ? "allow" : "block",
        ...(visit.isSignedIn !== false && { storageState: { cookies: [], origins } }),
        ...visit.context,
      });
      context.setDefaultTimeout(WAIT_LIMIT_MS);
      const problems = recordProblems(context, world.url);
      story.after(async () => {
        await context.close();
        const unexpected = problems.filter((problem) => visit.expects?.test(problem) !== true);
        assert.deepEqual(unexpected, [], "the browser reports no unexpected problems");
      });
      if (visit.isSignedIn !== false) await context.addCookies([{ ...cookie, url: world.url }]);
      const page = await context.newPage();
      await page.goto(`${world.url}${path}`);
      return page;
    },
    close: () => opened.disposeAsync(),
  };
}

export type BrowserWorld = Awaited<ReturnType<typeof openBrowserWorld>>;

/** Signs in by API key. Returns the session cookie and the secret that the page stores. */
async function signInByKey(url: string) {
  const response = await fetch(`${url}/v1/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": USER_AGENT },
    body: JSON.stringify({ apiKey: API_KEY }),
  });
  const [, name, value] = /^(\w+)=([^;]+)/.exec(response.headers.get("set-cookie") ?? "") ?? [];
  assert.ok(
    name !== undefined && value !== undefined,
    `sign-in returned ${response.status} without a cookie`,
  );
  const { pageSecret } = (await response.json()) as { pageSecret: string };
  return { cookie: { name, value }, pageSecret };
}

/**
 * Records errors, requests to other hosts and violations of the content security policy, which appear in the console.
 */
function recordProblems(context: BrowserContext, ownUrl: string): string[] {
  const problems: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" || /Content Security Policy/.test(message.text()))
      problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => problems.push(`page error: ${error.error().message}`));
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${ownUrl}/`) && !/^(?:data|blob):/.test(url)) problems.push(`asked: ${url}`);
  });
  return problems;
}
