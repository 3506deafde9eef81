import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";

/** Time that passes on an idle page. It exceeds each interval at which pages poll. */
const IDLE_MS = 30_000;
/** Time after which the page has read its lists again, because changes before its connection may have been missed. */
const CONNECTED_MS = 6_000;

describe("live session list", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  const draft = (prompt: string) => here.world.client.session.create({ prompt, queueRightAway: false });
  before(async () => {
    here = await openBrowserWorld();
    await draft("The first of all");
  });
  after(() => here.close());

  const row = (page: Page, name: string | RegExp) =>
    page.getByRole("list", { name: "Session list" }).getByRole("link", { name });

  /** Returns the API requests that an idle page sends. */
  async function requestsWhileIdle(page: Page): Promise<string[]> {
    // The page reads its lists once more after it has connected.
    await page.clock.runFor(CONNECTED_MS);
    await page.waitForLoadState("networkidle");
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    await page.clock.runFor(IDLE_MS);
    await page.evaluate("fetch('/icon.svg?last')");
    page.removeAllListeners("request");
    return requests.filter((path) => path.startsWith("/v1/"));
  }

  test("shows the changes of another tab and of another client, and sends no requests while nothing changes", async (story) => {
    const page = await here.visit(story, "/sessions");
    await page.clock.install();
    await page.reload();
    const other = await page.context().newPage();
    await other.goto(`${here.world.url}/sessions`);
    const { id } = await draft("Green umbrella");
    for (const tab of [page, other]) await row(tab, /Green umbrella/).waitFor();
    assert.deepEqual(await requestsWhileIdle(page), []);
    await row(other, /Green umbrella/).focus();
    await other.keyboard.press("p");
    await page.getByRole("heading", { name: "Pinned 1" }).waitFor();
    await here.world.client.session.delete(id);
    for (const tab of [page, other]) await row(tab, /Green umbrella/).waitFor({ state: "detached" });
    await page.goto(`${here.world.url}/settings/status`);
    await page.getByRole("heading", { name: "Status", exact: true }).first().waitFor();
    assert.notDeepEqual(await requestsWhileIdle(page), [], "control: this page polls");
  });

  test("shows a session that starts after the server restarted", async (story) => {
    const page = await here.visit(story, "/sessions", {
      expects: /WebSocket connection|ERR_CONNECTION|Failed to load resource/,
    });
    await row(page, /The first of all/).waitFor();
    await draft("Started before the restart");
    await row(page, /Started before the restart/).waitFor();
    await here.world.tembo.stop();
    await here.world.restart();
    await draft("Started after the restart");
    await row(page, /Started after the restart/).waitFor();
  });
});
