import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { WebSocketServer } from "ws";
import type { Preview } from "../../../../contract/src/preview/preview.ts";
import {
  type PreviewWorld,
  startPreviewWorld,
} from "../../../../server/src/http/preview/testing/preview-world.ts";
import { pollUntil } from "../../../../server/src/runtime/poll-until.ts";
import { onPath } from "../../support/programs/on-path.ts";
import { noBrowser } from "../support/browser-world.ts";

const dashboardFolder = join(import.meta.dirname, "../../../../web/dist");
/** Service worker that sends the URL of each navigation to its program. */
const worker = `
  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  addEventListener("fetch", ({ request }) => {
    if (request.mode === "navigate") fetch("/seen", { method: "POST", body: request.url + request.referrer });
  });
`;
const page = "<!doctype html><title>App</title><h1>Hello from the app</h1>";

describe("previews", { skip: noBrowser }, () => {
  let world: PreviewWorld;
  let browser: Browser;
  let preview: Preview;
  /** Preview of another session, whose page is hostile. */
  let hostile: Preview;
  const received: IncomingMessage[] = [];
  /** URLs that the program's service worker has seen. */
  const seen: string[] = [];
  before(async () => {
    world = await startPreviewWorld({}, dashboardFolder);
    const [executablePath] = onPath("chromium");
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ["--no-sandbox", "--disable-background-networking"],
    });
    const port = await world.run((request, response) => {
      received.push(request);
      if (request.url === "/seen") request.setEncoding("utf8").on("data", (text) => seen.push(text));
      if (request.url === "/worker.js")
        return response.writeHead(200, { "content-type": "text/javascript" }).end(worker);
      response.writeHead(200, { "content-type": "text/html" }).end(page);
    });
    preview = await world.publish(port);
    const { id } = await world.testStore.addSession();
    hostile = await world.publish(await world.run((_, response) => response.end(page)), id);
  });
  after(async () => {
    await browser?.close();
    await world?.[Symbol.asyncDispose]();
  });

  /** Opens a page at the address and signs in with the key. */
  async function visit(address: string, key = world.ownKey): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
    const opened = await context.newPage();
    await opened.goto(address);
    await opened.locator("input").and(opened.getByLabel("API key")).fill(key);
    await opened.getByRole("button", { name: "Sign in" }).click();
    return opened;
  }
  const greeting = (opened: Pick<Page, "getByRole">) =>
    opened.getByRole("heading", { name: "Hello from the app" }).waitFor();

  /** Opens both previews in one browser, so that it has a grant for each. Returns the hostile page. */
  async function visitBoth(): Promise<Page> {
    const opened = await visit(preview.url);
    await greeting(opened);
    await opened.goto(hostile.url);
    await opened.waitForURL(hostile.url);
    return opened;
  }

  test("sends a browser to the sign-in and back, and leaves the link in no URL, history or header", async () => {
    const opened = await visit(`${preview.url}deep?x=1`);
    await greeting(opened);
    assert.equal(opened.url(), `${preview.url}deep?x=1`);
    assert.ok(received.some(({ url }) => url === "/deep?x=1"));
    for (const { url, headers } of received)
      assert.doesNotMatch(`${url} ${JSON.stringify(headers)}`, /code=|tembo_preview|challenge/);
    assert.equal(await opened.evaluate("document.cookie + document.referrer"), "");
    await opened.goBack();
    assert.doesNotMatch(opened.url(), /code=/);
  });

  test("a hostile page can neither read the dashboard's cookies nor call its API", async () => {
    const opened = await visitBoth();
    const attack = `(async () => {
      const answers = [document.cookie];
      for (const path of ["/v1/me", "/auth/context"])
        answers.push(await fetch("${world.publicUrl}" + path, { credentials: "include" }).then((r) => r.text(), String));
      return answers.join();
    })()`;
    assert.doesNotMatch(String(await opened.evaluate(attack)), /organizationId|tembo_session/);
    await opened.goto(`${world.publicUrl}/sessions`);
    const control = `fetch("/auth/context", { headers: { "x-tembo-page": localStorage.getItem("tembo.pageSecret") } })
      .then((r) => r.text())`;
    assert.match(
      String(await opened.evaluate(control)),
      /organizationId/,
      "control: the dashboard's own page can",
    );
  });

  test("a hostile page cannot send requests or open WebSockets to another session's preview", async (story) => {
    const program = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    story.after(() => program.close());
    await once(program, "listening");
    const sockets = await world.publish((program.address() as AddressInfo).port);
    const opened = await visitBoth();
    await opened.goto(sockets.url);
    await opened.waitForURL(sockets.url);
    const attack = `(async () => {
      const sent = await fetch("${preview.url}attack", { mode: "no-cors", credentials: "include" }).then(() => "sent", String);
      const socket = new WebSocket("${sockets.url.replace("http", "ws")}");
      return sent + (await new Promise((resolve) => {
        socket.onopen = () => resolve("open");
        socket.onerror = () => resolve("refused");
      }));
    })()`;
    const attacks = () => received.filter(({ url }) => url === "/attack").length;
    await opened.goto(hostile.url);
    assert.match(String(await opened.evaluate(attack)), /refused$/);
    assert.equal(attacks(), 0);
    await opened.goto(preview.url);
    assert.match(String(await opened.evaluate(attack)), /open$/, "control: a page of the same session can");
    assert.equal(attacks(), 1);
  });

  test("shows a preview in a frame, which cannot leave it, and creates a share link that needs no account", async () => {
    const opened = await visit(`${world.publicUrl}/sessions/${world.sessionId}?panel=preview`);
    await opened.getByRole("combobox", { name: "Published port" }).click();
    await opened.getByRole("option", { name: `web · port ${preview.port}` }).click();
    const frame = opened.frameLocator("iframe");
    await greeting(frame);
    const [inner] = opened.frames().filter((one) => one.url().startsWith(preview.url));
    assert.match(
      String(await inner!.evaluate(`try { top.location = "/evil" } catch (e) { String(e) }`)),
      /SecurityError/,
    );
    const tab = opened.context().waitForEvent("page");
    await inner!.evaluate(`open("/tab"), undefined`);
    const popup = await tab;
    await greeting(popup);
    assert.equal(
      await popup.evaluate("String(opener)"),
      "null",
      "a new tab has no way to the dashboard either",
    );
    await popup.close();
    for (const [label, width] of [
      ["Desktop", 1280],
      ["Phone", 390],
    ] as const) {
      await opened.getByText(label, { exact: true }).click();
      assert.equal((await opened.locator("iframe").boundingBox())?.width, width);
    }
    await opened.getByRole("button", { name: "Reload preview" }).click();
    await greeting(frame);
    await opened.getByRole("button", { name: "Share link" }).click();
    const link = await opened.getByRole("textbox", { name: "Share link" }).inputValue();
    const guest = await (await browser.newContext()).newPage();
    await guest.goto(link);
    await greeting(guest);
    assert.equal(guest.url(), preview.url);
  });

  test("opens a preview in a new tab from a frame that has no access, through the dashboard", async () => {
    const opened = await visit(`${world.publicUrl}/sessions/${world.sessionId}?panel=preview`);
    await opened.getByRole("combobox", { name: "Published port" }).click();
    await opened.getByRole("option", { name: `web · port ${preview.port}` }).click();
    await greeting(opened.frameLocator("iframe"));
    const context = opened.context();
    await context.clearCookies({ name: "tembo_preview" });
    const [inner] = opened.frames().filter((one) => one.url().startsWith(preview.url));
    await inner!.evaluate("location.reload()");
    const tab = context.waitForEvent("page");
    await opened.frameLocator("iframe").getByRole("link", { name: "Open in a new tab" }).click();
    const outside = await tab;
    await greeting(outside);
    assert.equal(outside.url(), preview.url);
  });

  test("does not show the token of a share link to the program's service worker", async () => {
    const opened = await visit(preview.url);
    await greeting(opened);
    await opened.evaluate(
      `navigator.serviceWorker.register("/worker.js").then(() => navigator.serviceWorker.ready)`,
    );
    const { url } = await world.share(preview);
    await opened.goto(url);
    await opened.waitForURL(preview.url);
    await greeting(opened);
    const seesCode = () => seen.some((text) => text.includes("/.tembo/enter?code="));
    assert.ok(
      await pollUntil(seesCode, { every: 10, timeoutMs: 10_000 }),
      "control: the worker sees the code",
    );
    const token = new URL(url).hash.slice(1);
    assert.equal(
      seen.some((text) => text.includes(token)),
      false,
    );
  });

  test("shows a person without access the same page as for a port that is not published", async () => {
    const stranger = await world.addKey(await world.testStore.addOrganization());
    const unpublished = preview.url.replace(/\/\/\d+-/, "//1-");
    for (const [address, key] of [
      [preview.url, stranger],
      [unpublished, world.ownKey],
    ] as const) {
      const opened = await visit(address, key);
      await opened.getByText("It was removed, or you do not have access to its session.").waitFor();
    }
  });
});
