import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { API_KEY, pushFiles } from "../../support/index.ts";
import { until } from "../../talking/until.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { chooseSetting } from "../support/choose-setting.ts";
import { say } from "../support/say.ts";

const DEFAULT_AGENT = /^Claude Code · .+ \(default\)$/;

describe("settings of the composer", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const task = (page: Page) => page.getByRole("textbox", { name: "Task" });
  const message = (page: Page) => page.getByRole("textbox", { name: "Message" });
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const chip = (page: Page, name: string) => page.getByRole("combobox", { name, exact: true });
  const shows = (page: Page, name: string, words: string | RegExp) =>
    until(`${name} shows ${words}`, async () => {
      const shown = (await chip(page, name).textContent()) ?? "";
      return typeof words === "string" ? shown === words : words.test(shown);
    });
  const isFocused = async (page: Page, field: Locator) =>
    (await field.and(page.locator(":focus")).count()) === 1;
  /** Saves the composer's task as a draft, and returns the session. */
  const saveDraft = async (page: Page) => {
    await button(page, "Save draft").click();
    await page.waitForURL(/\/sessions\/[\w-]{20,}/);
    return here.world.client.session.retrieve(/\/sessions\/([\w-]{20,})/.exec(page.url())![1]!);
  };

  test("names the model that runs, and keeps the buttons in place when another one is chosen", async (story) => {
    const page = await here.visit(story, "/sessions/new");
    await task(page).fill("Choose a model");
    await shows(page, "Agent", DEFAULT_AGENT);
    const before = await button(page, "Start").boundingBox();
    await chip(page, "Agent").click();
    await page.getByRole("group", { name: "Claude Code" }).getByRole("option").first().waitFor();
    await assertAccessible(page, "the composer with its list of models");
    await button(page, "Start").click({ trial: true });
    await page.keyboard.type("haiku");
    await page.keyboard.press("Enter");
    await shows(page, "Agent", /^Claude Code · Haiku [\d.]+$/);
    await chip(page, "Agent").and(page.locator(":focus")).waitFor();
    assert.deepEqual(await button(page, "Start").boundingBox(), before);
    const { agent } = await saveDraft(page);
    assert.match(agent!, /^claudeCode:claude-haiku-/);
  });

  test("searches the repository's branches, and remembers the choices of each repository", async (story) => {
    const lamp = await here.world.repository("house/lamp", { "a.txt": "1\n" });
    await here.world.repository("house/kettle", { "a.txt": "1\n" });
    await pushFiles(lamp.url, API_KEY, "bright", { "b.txt": "bright\n" }, "Bright");
    const page = await here.visit(story, "/sessions/new");
    await shows(page, "Repositories", "No repository");
    await chooseSetting(page, "Repositories", "house/lamp");
    await page.keyboard.press("Escape");
    await shows(page, "Base branch", "main");
    await chip(page, "Base branch").click();
    await page.getByRole("option", { name: "bright" }).waitFor();
    await page.keyboard.type("brig");
    await page.getByRole("option", { name: "main" }).waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await shows(page, "Base branch", "bright");
    await chooseSetting(page, "Mode", "Plan first");
    await chooseSetting(page, "Sandbox size", "Large");
    await task(page).fill("Dim the lamp");
    const saved = await saveDraft(page);
    assert.deepEqual([saved.baseBranch, saved.mode, saved.sandboxSize], ["bright", "planning", "large"]);

    await page.goto(`${here.world.url}/sessions/new`);
    const isAsBefore = async () => {
      await shows(page, "Repositories", "house/lamp");
      await shows(page, "Base branch", "bright");
      await shows(page, "Mode", "Plan first");
      await shows(page, "Sandbox size", "Large");
    };
    await isAsBefore();
    assert.equal(await task(page).inputValue(), "");
    await chooseSetting(page, "Repositories", "house/lamp");
    await page.getByRole("option", { name: "house/kettle" }).click();
    await page.keyboard.press("Escape");
    await shows(page, "Repositories", "house/kettle");
    await shows(page, "Base branch", "main");
    await chooseSetting(page, "Mode", "Build");
    await task(page).fill("Heat the kettle");
    assert.equal((await saveDraft(page)).mode, "normal");

    await page.goto(`${here.world.url}/sessions/new`);
    await shows(page, "Repositories", "house/kettle");
    await shows(page, "Mode", "Build");
    await chooseSetting(page, "Repositories", "house/kettle");
    await page.getByRole("option", { name: "house/lamp" }).click();
    await page.keyboard.press("Escape");
    await isAsBefore();
  });

  test("reports a branch that no longer exists", async (story) => {
    const { id } = await here.world.repository("house/fan", { "a.txt": "1\n" });
    const page = await here.visit(story, `/sessions/new?repository=${id}&branch=merged`);
    await page.getByRole("alert").getByText('Branch "merged" no longer exists.').waitFor();
    await chooseSetting(page, "Base branch", "Default branch (main)");
    await page.getByRole("alert").filter({ hasText: "merged" }).waitFor({ state: "detached" });
  });

  test("opens suggestions at the caret, also those of pull requests", async (story) => {
    const { id, url } = await here.world.repository("house/bulb", { "a.txt": "1\n" });
    const prompt = `Fix the bulb. SCRIPT(write("fixed.txt", "1\\n"), ${say("It is fixed")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [url] });
    await here.world.ended(session.id);
    const page = await here.visit(story, `/sessions/new?repository=${id}`);
    await shows(page, "Repositories", "house/bulb");
    const list = page.getByRole("listbox", { name: "Suggestions" });
    const topAfter = async (words: string) => {
      await task(page).fill(words);
      await task(page).pressSequentially("@");
      await list.waitFor();
      const { x, y } = (await list.boundingBox())!;
      return { x, y };
    };
    const first = await topAfter("See ");
    const field = (await task(page).boundingBox())!;
    assert.ok(first.y < field.y + field.height / 2, "the list is below its line, not below the field");
    const further = await topAfter("See the sentence before it ");
    assert.ok(further.x > first.x + 50 && further.y === first.y, "the list follows the caret");
    const third = await topAfter("One\ntwo\n");
    assert.ok(third.y > first.y + 20, "the list follows the line");
    await task(page).pressSequentially("#1");
    await page.getByRole("option", { name: /^#1 Fix the bulb/ }).click();
    assert.match(await task(page).inputValue(), /^One\ntwo\n#1 \(tembo\/.+\) $/);
  });

  test("sends with the key that the person chose, and names it", async (story) => {
    const page = await here.visit(story, "/sessions/new");
    await page.getByText("Ctrl+Enter to send").waitFor();
    await task(page).fill("One");
    await task(page).press("Enter");
    assert.equal(await task(page).inputValue(), "One\n", "control: Enter starts a new line by default");
    await page.goto(`${here.world.url}/settings/account`);
    const panel = page.locator("section", {
      has: page.getByRole("heading", { name: "Sending messages" }),
    });
    await panel.getByRole("radio", { name: /^Enter\./ }).check();
    await assertAccessible(page, "the choice of the key that sends");
    await panel.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved", { exact: false }).first().waitFor();

    await page.goto(`${here.world.url}/sessions/new`);
    await page.getByText(/^Enter to send$/).waitFor();
    await task(page).fill("One");
    await task(page).press("Shift+Enter");
    await task(page).pressSequentially(`two. SCRIPT(${say("sent by Enter")})`);
    await task(page).press("Enter");
    await page.getByText("sent by Enter").first().waitFor();
    await page.getByText(/^Enter to send$/).waitFor();
    await message(page).fill(`More. SCRIPT(${say("sent by Enter again")})`);
    await message(page).press("Enter");
    await page.getByText("sent by Enter again").first().waitFor();

    const context = { hasTouch: true, isMobile: true };
    const phone = await here.visit(story, "/sessions/new", { viewport: PHONE, context });
    await task(phone).fill("One");
    await task(phone).press("Enter");
    assert.equal(await task(phone).inputValue(), "One\n", "a touch keyboard has no other key for a new line");
    assert.equal(await phone.getByText(/Enter to send/).isVisible(), false);
  });

  test("shows the sent task until the session's page opens", async (story) => {
    const page = await here.visit(story, "/sessions/new");
    const loaded = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await page.route("**/assets/session-page-*.js", async (route) => {
      asked.resolve();
      await loaded.promise;
      await route.continue();
    });
    await task(page).fill(`Stay. SCRIPT(${say("stayed")})`);
    await button(page, "Start").click();
    await asked.promise;
    assert.match(await task(page).inputValue(), /^Stay\./);
    loaded.resolve();
    await page.getByText("stayed").first().waitFor();
    await page.goto(`${here.world.url}/sessions/new`);
    assert.equal(await task(page).inputValue(), "");
  });

  test("sends the next message with another model and mode", async (story) => {
    const { id } = await here.world.client.session.create({ prompt: `Talk. SCRIPT(${say("hello")})` });
    await here.world.ended(id);
    const page = await here.visit(story, `/sessions/${id}`);
    await shows(page, "Agent", /^Claude Code · Opus [\d.]+$/);
    await shows(page, "Mode", "Build");
    await chip(page, "Agent").click();
    await page.getByRole("group", { name: "Claude Code" }).getByRole("option").first().waitFor();
    await page.keyboard.type("haiku");
    await page.keyboard.press("Enter");
    await chooseSetting(page, "Mode", "Plan first");
    await assertAccessible(page, "a session with choices for the next message");
    await message(page).fill(`Plan it. SCRIPT(${say("planned")})`);
    const sent = page.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/v1/messages"),
    );
    await message(page).press("Control+Enter");
    const { agent, agentOptions } = (await sent).postDataJSON();
    assert.match(agent, /^claudeCode:claude-haiku-/);
    assert.deepEqual(agentOptions, { mode: "planning" });
    await shows(page, "Mode", "Build");
    await shows(page, "Agent", /^Claude Code · Haiku [\d.]+$/);
  });

  test("focuses the message field of a session that a click in the list opens, but not on touch or by key", async (story) => {
    const { id } = await here.world.client.session.create({ prompt: "Look at me", queueRightAway: false });
    const row = (page: Page) => page.getByRole("link", { name: /Look at me/ }).first();
    const opened = async (page: Page) => {
      await page.waitForURL(new RegExp(id));
      await message(page).waitFor();
      return isFocused(page, message(page));
    };
    const page = await here.visit(story, "/sessions");
    await row(page).click();
    assert.equal(await opened(page), true);
    await page.goto(`${here.world.url}/sessions`);
    await row(page).press("Enter");
    assert.equal(await opened(page), false);
    const context = { hasTouch: true, isMobile: true };
    const phone = await here.visit(story, "/sessions", { viewport: PHONE, context });
    await row(phone).tap();
    assert.equal(await opened(phone), false);
  });
});
