import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { API_KEY, ofType, pushFiles } from "../../support/index.ts";
import { aPicture } from "../../support/picture.ts";
import { outcomeText, preparedText, untilLogged } from "../../support/prepared.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { until } from "../../talking/until.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { chooseSetting } from "../support/choose-setting.ts";
import { say } from "../support/say.ts";

/** Attachments for the stories. If a file's content is irrelevant, only its size is specified. */
const PICTURE = { name: "red.png", type: "image/png", bytes: [...aPicture()] };
const NOTES = { name: "notes.txt", type: "text/plain", bytes: [...Buffer.from("remember the milk\n")] };
const LARGE = { name: "film.bin", type: "application/octet-stream", size: 10 * 1024 * 1024 + 1 };
/** Script step that prints the attachments in the sandbox. */
const LOOK = `bash("cat ~/attachments/*/*.txt; ls ~/attachments/*")`;

describe("composer", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
  });
  after(() => here.close());

  const task = (page: Page) => page.getByRole("textbox", { name: "Task" });
  const message = (page: Page) => page.getByRole("textbox", { name: "Message" });
  const waitForText = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();
  const isSo = (page: Page, expression: string) =>
    until(expression, async () => (await page.evaluate(expression)) === true);
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
  const sessionIdOf = async (page: Page) => {
    await page.waitForURL(/\/sessions\/[\w-]{20,}/);
    return /\/sessions\/([\w-]{20,})/.exec(page.url())![1]!;
  };
  const talked = async () => {
    const session = await here.world.client.session.create({ prompt: `Talk. SCRIPT(${say("hello")})` });
    await here.world.ended(session.id);
    return session;
  };
  /** Dispatches the paste or drop event that a browser sends for these files. */
  const bring = async (field: Locator, kind: "paste" | "drop", ...files: readonly object[]) => {
    await field.focus();
    await field.page().evaluate(`(() => {
      const data = new DataTransfer();
      for (const { name, type, bytes, size } of ${JSON.stringify(files)})
        data.items.add(new File([new Uint8Array(bytes ?? size)], name, { type }));
      const about = { clipboardData: data, dataTransfer: data, bubbles: true, cancelable: true };
      const event = "${kind}" === "paste" ? new ClipboardEvent("paste", about) : new DragEvent("drop", about);
      document.activeElement.dispatchEvent(event);
    })()`);
  };
  const attached = (page: Page, name: string) => page.getByRole("button", { name: `Remove ${name}` });

  for (const [place, field] of Object.entries({ "/sessions/new": task, "a session": message })) {
    test(`keeps pasted and dropped files after a reload, and sends them to the agent: ${place}`, async (story) => {
      const isNew = place.startsWith("/");
      const page = await here.visit(story, isNew ? place : `/sessions/${(await talked()).id}`);
      await bring(field(page), "paste", PICTURE);
      await attached(page, "red.png").waitFor();
      await bring(field(page), "drop", NOTES, LARGE);
      await attached(page, "notes.txt").waitFor();
      await waitForText(page, "film.bin is larger than the limit of 10 MiB.");
      assert.equal(await attached(page, "film.bin").count(), 0);
      await field(page).fill(`Look. SCRIPT(${LOOK}, ${say("seen them")})`);
      await assertAccessible(page, "attached files");
      await page.reload();
      await attached(page, "red.png").waitFor();
      await attached(page, "notes.txt").waitFor();
      await field(page).press("Control+Enter");
      await waitForText(page, "seen them");
      await page.getByRole("button", { name: "Download notes.txt" }).waitFor();
      await attached(page, "red.png").waitFor({ state: "detached" });
      const events = await here.world.ended(await sessionIdOf(page), isNew ? 1 : 2);
      assert.match(resultsOf(events).join("\n"), /remember the milk[\s\S]*red\.png/);
    });
  }

  /** Types a task, sends it when the work is prepared, and returns the session's events. */
  const sendPrepared = async (page: Page, prompt: string) => {
    const asked = page.waitForResponse((response) => response.url().endsWith("/v1/sessions/prepare"));
    await task(page).pressSequentially(prompt);
    const { id } = (await (await asked).json()) as { id: string };
    await untilLogged(here.world, id, preparedText);
    await task(page).press("Control+Enter");
    assert.equal(await sessionIdOf(page), id);
    await waitForText(page, "prepared well");
    await untilLogged(here.world, id, outcomeText("used"));
    return here.world.ended(id);
  };

  test("prepares the session while a person types, and the session uses the prepared work", async (story) => {
    await here.world.ended((await talked()).id);
    const page = await here.visit(story, "/sessions/new");
    await sendPrepared(page, `Begin. SCRIPT(${say("prepared well")})`);
  });

  test("prepares the environment of the chosen project while a person types", async (story) => {
    await here.world.ended((await talked()).id);
    const { projects } = here.world.client;
    const { project } = await projects.create({
      name: "Typed",
      sizes: ["micro"],
      setupScript: "echo built > built.txt",
    });
    const { jobIds } = await projects.builds.create(project.id);
    const isBuilt = async () =>
      (await projects.builds.retrieve(project.id, jobIds[0]!)).status === "completed";
    await until("the environment is built", isBuilt);
    const page = await here.visit(story, `/sessions/new?project=${project.id}`);
    const look = `bash("cat ../*/built.txt")`;
    const events = await sendPrepared(page, `Begin. SCRIPT(${look}, ${say("prepared well")})`);
    assert.match(resultsOf(events).join("\n"), /built/);
  });

  test("keeps a rejected message and its files, and reports a failed upload", async (story) => {
    const page = await here.visit(story, `/sessions/${(await talked()).id}`, { expects: /status of 4\d\d/ });
    const refuse = { status: 422, json: { error: "Not today." } };
    await bring(message(page), "paste", NOTES);
    await attached(page, "notes.txt").waitFor();
    await page.route("**/v1/attachments?*", (route) => route.fulfill(refuse));
    await bring(message(page), "paste", PICTURE);
    await waitForText(page, "red.png: Not today.");
    await message(page).fill(`Words to keep. SCRIPT(${say("went well")})`);
    await page.route("**/v1/messages", (route) =>
      route.request().method() === "POST" ? route.fulfill(refuse) : route.continue(),
    );
    await press(page, "Send");
    await page.getByRole("alert").filter({ hasText: "Something went wrong" }).waitFor();
    assert.match(await message(page).inputValue(), /^Words to keep/);
    await page.unroute("**/v1/messages");
    await page.reload();
    assert.match(await message(page).inputValue(), /^Words to keep/);
    await attached(page, "notes.txt").waitFor();
    await press(page, "Send");
    await waitForText(page, "went well");
    await page.getByRole("button", { name: "Download notes.txt" }).waitFor();
    await page.reload();
    await waitForText(page, "went well");
    assert.equal(await message(page).inputValue(), "");
  });

  test("asks for confirmation before the page closes only while an upload is running", async (story) => {
    const page = await here.visit(story, `/sessions/${(await talked()).id}`);
    const upload = Promise.withResolvers<void>();
    await page.route("**/v1/attachments?*", async (route) => {
      await upload.promise;
      await route.continue();
    });
    // The browser lets a page request permission only after the user has interacted with the page.
    await message(page).click();
    await bring(message(page), "paste", PICTURE);
    await waitForText(page, "red.png");
    const asked = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    assert.equal(dialog.type(), "beforeunload");
    await dialog.dismiss();
    upload.resolve();
    await attached(page, "red.png").waitFor();
    const closed = page.waitForEvent("close");
    await page.close({ runBeforeUnload: true });
    await closed;
  });

  test("states why a task with files cannot be saved as a draft", async (story) => {
    const page = await here.visit(story, "/sessions/new");
    await task(page).fill("Look at this");
    await bring(task(page), "paste", NOTES);
    await attached(page, "notes.txt").waitFor();
    await press(page, "Save draft");
    await page.getByRole("alert").getByText("A draft cannot include files.").waitFor();
    await attached(page, "notes.txt").click();
    await page.getByRole("alert").filter({ hasText: "A draft" }).waitFor({ state: "detached" });
    await press(page, "Save draft");
    await sessionIdOf(page);
  });

  test("finds a template by typing, inserts it after the existing text, and does not cover the button", async (story) => {
    const page = await here.visit(story, "/sessions/new");
    await task(page).fill("Of the kettle alone.");
    await page.getByRole("combobox", { name: "Templates" }).click();
    await page.getByRole("option").first().waitFor();
    const all = await page.getByRole("option").count();
    const button = page.getByRole("button", { name: "Start", exact: true });
    await button.click({ trial: true });
    await page.keyboard.type("test");
    await until("fewer templates", async () => (await page.getByRole("option").count()) < all);
    await page.keyboard.press("Enter");
    await isSo(page, `document.querySelector("textarea").value.length > 40`);
    assert.match(await task(page).inputValue(), /^Of the kettle alone\.\n\n\S/);
  });

  test("starts a session with the selected branch, mode, size and network", async (story) => {
    const organizationId = (await here.world.client.me.retrieve()).orgId!;
    const network = { preset: "registries" as const, allow: [] };
    await here.world.client.organizations.egress.update(organizationId, network);
    const repository = await here.world.repository("house/lamp", { "a.txt": "1\n" });
    await pushFiles(repository.url, API_KEY, "bright", { "b.txt": "bright\n" }, "Bright");
    const page = await here.visit(story, "/sessions/new");
    await task(page).fill(`Look at @lam`);
    await page.getByRole("option", { name: "house/lamp" }).waitFor();
    await task(page).press("Enter");
    assert.equal(await task(page).inputValue(), "Look at @lamp ");
    await task(page).fill(`Look. SCRIPT(bash("cat b.txt"), ${say("# Dim it")})`);
    await chooseSetting(page, "Base branch", "bright");
    await chooseSetting(page, "Mode", "Plan first");
    await chooseSetting(page, "Sandbox size", "Micro");
    await chooseSetting(page, "Internet access", "Package registries");
    await press(page, "More settings");
    await assertAccessible(page, "all settings of a session");
    const asked = page.waitForRequest((request) => request.method() === "POST");
    await press(page, "Start");
    const { egress } = (await asked).postDataJSON();
    assert.deepEqual(egress, network);
    const header = page.locator("header", { has: page.getByRole("heading", { level: 1 }) });
    for (const part of ["lamp", "Plan first", "Micro sandbox"]) await header.getByText(part).waitFor();
    const id = await sessionIdOf(page);
    const events = await here.world.ended(id);
    assert.match(resultsOf(events).join("\n"), /bright/);
    const { baseBranch, mode, sandboxSize } = await here.world.client.session.retrieve(id);
    assert.deepEqual([baseBranch, mode, sandboxSize], ["bright", "planning", "micro"]);
  });

  test("shows when the keep-alive expires, extends it, and stops the sandbox", async (story) => {
    const { id } = await talked();
    const page = await here.visit(story, `/sessions/${id}`);
    const kept = page.getByRole("button", { name: /^Sandbox runs until/ });
    await kept.waitFor();
    const before = await kept.textContent();
    await kept.click();
    await page.getByRole("menuitem", { name: "Keep running for 4 hours" }).click();
    await isSo(
      page,
      `[...document.querySelectorAll("button")].some(({ textContent: words }) => words.startsWith("Sandbox runs until") && words !== ${JSON.stringify(before)})`,
    );
    const { keepAliveUntil } = await here.world.client.session.retrieveKeepAlive(id);
    assert.ok(Date.parse(keepAliveUntil!) > Date.now() + 3 * 3_600_000);
    await kept.click();
    await page.getByRole("menuitem", { name: "Stop sandbox now" }).click();
    await kept.waitFor({ state: "detached" });
  });

  test("notifies the user when a session ends or asks a question, and shows the state in the tab's title and icon", async (story) => {
    const hold = here.world.model.hold();
    story.after(() => hold.release());
    const { id } = await here.world.client.session.create({ prompt: `Work. SCRIPT(${say("worked")})` });
    const page = await here.visit(story, "/sessions/new", { context: { permissions: ["notifications"] } });
    // A headless browser shows no notifications. This stub records them and reports the page as hidden.
    await page.context().addInitScript(`
      window.notifications = []; window.asked = 0;
      window.Notification = class {
        static permission = "default";
        static async requestPermission() { window.asked++; return (this.permission = "granted"); }
        constructor(title, { body }) { window.notifications.push(title + ": " + body); }
        close() {}
      };
      Object.defineProperty(document, "hidden", { get: () => true });
    `);
    await page.clock.install();
    await page.goto(`${here.world.url}/sessions/${id}`);
    await isSo(page, `/Working · Work/.test(document.title)`);
    await isSo(page, `document.querySelector('link[rel="icon"]').href.endsWith("/icon-running.svg")`);
    await waitForText(page, "Live");
    assert.equal(
      await page.evaluate("window.asked"),
      0,
      "does not ask for permission before the user enables notifications",
    );
    await press(page, "More actions");
    await page.getByRole("menuitem", { name: "Enable notifications" }).click();
    await isSo(page, "window.asked === 1");
    await page.clock.fastForward(5_000);
    hold.release();
    await waitForText(page, "worked");
    await isSo(page, "window.notifications.length === 1");
    await isSo(page, `/Done · Work/.test(document.title)`);
    const { session } = here.world.client;
    const content = `More. SCRIPT(mcp("tembo", "ask_user", {"question": "Which?"}), ${say("again")})`;
    await session.messages.create(id, { content });
    await isSo(page, "window.notifications.length === 2");
    const asked = ofType(await here.world.events(id), "question.asked").at(-1)!;
    await session.questions.answer(id, asked.eventData.questionId, "This one");
    await waitForText(page, "again");
    await isSo(page, "window.notifications.length === 3");
    await isSo(page, `/Done · Work/.test(document.title)`);
    const ends = ofType(await here.world.ended(id, 2), "turn.completed");
    const [first, second] = ends.map(({ eventData }) => `Work: ${eventData.message}`);
    assert.deepEqual(await page.evaluate("window.notifications"), [first, "Work: Needs you", second]);
  });
});
