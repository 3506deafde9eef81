import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { API_KEY } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";

/** Error that the browser logs for a response with status 401. */
const refused = /status of 401/;

describe("sign-in", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const askedToSignIn = (page: Page) => page.getByRole("heading", { name: "Sign in to Tembo" }).waitFor();
  const atSessions = (page: Page) => page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
  const keyField = (page: Page) => page.locator("input").and(page.getByLabel("API key"));
  const pathOf = (page: Page) => page.url().slice(here.world.url.length);
  async function signIn(page: Page, key: string): Promise<void> {
    await keyField(page).fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
  }
  async function signOut(page: Page): Promise<void> {
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  }

  test("asks the user to sign in, and then opens the requested page", async (story) => {
    const page = await here.visit(story, "/sessions?search=login", { isSignedIn: false });
    await askedToSignIn(page);
    await signIn(page, API_KEY);
    await atSessions(page);
    assert.equal(pathOf(page), "/sessions?search=login");
    assert.equal(await page.getByRole("searchbox").first().inputValue(), "login");
  });

  test("reports an invalid key in the form, and signs in with a valid one", async (story) => {
    const page = await here.visit(story, "/", { isSignedIn: false, expects: refused });
    await signIn(page, "tembo_this_is_no_key_0123456789");
    assert.match(String(await page.getByRole("alert").textContent()), /API key/);
    assert.equal(
      await keyField(page).inputValue(),
      "tembo_this_is_no_key_0123456789",
      "keeps the entered key",
    );
    await signIn(page, API_KEY);
    await atSessions(page);
  });

  test("signs in by keyboard alone", async (story) => {
    const page = await here.visit(story, "/sign-in", { isSignedIn: false });
    await keyField(page).waitFor();
    await page.locator("input:focus").waitFor();
    await page.keyboard.type(API_KEY);
    await page.keyboard.press("Enter");
    await atSessions(page);
  });

  test("shows no input until the server reports the sign-in method", async (story) => {
    const page = await here.visit(story, "/sign-in", { isSignedIn: false });
    const answer = Promise.withResolvers<void>();
    await page.route("**/v1/sign-in", async (route) => {
      await answer.promise;
      await route.continue();
    });
    await page.reload();
    await askedToSignIn(page);
    assert.equal(await page.locator("input").count(), 0);
    answer.resolve();
    await page.locator("input:focus").and(keyField(page)).waitFor();
  });

  test("does not redirect to another site after sign-in", async (story) => {
    for (const next of [
      "//elsewhere.example/",
      "https://elsewhere.example/",
      "/\\elsewhere.example/",
      "javascript:alert(1)",
      "\\\\elsewhere.example",
      "/\t/elsewhere.example/",
      "/.//elsewhere.example/",
    ]) {
      const page = await here.visit(story, `/sign-in?next=${encodeURIComponent(next)}`, {
        isSignedIn: false,
      });
      await signIn(page, API_KEY);
      await page.getByRole("navigation", { name: "Main" }).waitFor();
      assert.ok(page.url().startsWith(`${here.world.url}/`), `${next} led to ${page.url()}`);
    }
  });

  test("hides the cookie and the API key from scripts on the page", async (story) => {
    const page = await here.visit(story, "/sign-in", { isSignedIn: false });
    await signIn(page, API_KEY);
    await atSessions(page);
    const readable = await page.evaluate(
      "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)",
    );
    const cookies = await page.context().cookies();
    assert.deepEqual(
      cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
      [{ httpOnly: true, sameSite: "Strict" }],
    );
    for (const secret of [API_KEY, cookies[0]!.value]) assert.ok(!String(readable).includes(secret));
  });

  test("a page on another port of the same host cannot use the cookie that the browser sends it", async (story) => {
    const page = await here.visit(story, "/sign-in", { isSignedIn: false, expects: /./ });
    await signIn(page, API_KEY);
    await atSessions(page);
    const referrer = Promise.withResolvers<string | undefined>();
    const other = createServer((request, response) => {
      if (request.url === "/") referrer.resolve(request.headers.cookie);
      response.setHeader("content-type", "text/html").end("<title>Another program</title>");
    });
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    story.after(() => other.close());
    const otherPage = await page.context().newPage();
    const { hostname } = new URL(here.world.url);
    await otherPage.goto(`http://${hostname}:${(other.address() as AddressInfo).port}/`);
    const cookie = await referrer.promise;
    assert.match(String(cookie), /tembo_session=/, "control: cookies are not isolated by port");
    assert.equal(await otherPage.evaluate("localStorage.length"), 0);

    const ask = (pageSecret: string) =>
      fetch(`${here.world.url}/me`, {
        headers: { cookie: cookie!, "sec-fetch-site": "same-origin", "x-tembo-page": pageSecret },
      });
    assert.equal((await ask("1")).status, 401);
    const kept = String(await page.evaluate('localStorage.getItem("tembo.pageSecret")'));
    assert.equal(
      (await ask(kept)).status,
      200,
      "control: the cookie works with the secret that the page stores",
    );
  });

  test("requires a new sign-in after signing out, even with a copy of the cookie", async (story) => {
    const page = await here.visit(story, "/sign-in", { isSignedIn: false, expects: refused });
    await signIn(page, API_KEY);
    await atSessions(page);
    const [cookie] = await page.context().cookies();
    await signOut(page);
    await askedToSignIn(page);
    await page.goto(`${here.world.url}/sessions`);
    await askedToSignIn(page);
    assert.equal(await page.getByRole("list", { name: "Session list" }).count(), 0);

    // A copy of the cookie is no longer valid after the sign-out.
    await page.context().addCookies([cookie!]);
    await page.goto(`${here.world.url}/sessions`);
    await askedToSignIn(page);
  });

  test("signs out every other tab", async (story) => {
    const page = await here.visit(story, "/sign-in", { isSignedIn: false, expects: refused });
    await signIn(page, API_KEY);
    await atSessions(page);
    const other = await page.context().newPage();
    await other.goto(`${here.world.url}/sessions`);
    await atSessions(other);
    await signOut(page);
    await askedToSignIn(other);
    assert.match(other.url(), /\/sign-in\?next=/);
  });

  test("rejects a key of 10,000 characters without repeating it", async (story) => {
    const page = await here.visit(story, "/sign-in", { isSignedIn: false, expects: /status of 4\d\d/ });
    await signIn(page, "x".repeat(10_000));
    const words = String(await page.getByRole("alert").textContent());
    assert.ok(words.length > 10 && words.length < 500, words);
  });
});
