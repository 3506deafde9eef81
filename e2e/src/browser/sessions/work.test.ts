import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { API_KEY, ofType, remoteFile } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { chooseSetting } from "../support/choose-setting.ts";
import { pushAsShown } from "../support/push-as-shown.ts";
import { say } from "../support/say.ts";

const PASSWORD = "correct horse battery staple";

describe("from a task to a merged pull request", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
  const task = (page: Page) => page.getByRole("textbox", { name: "Task" });
  const start = (page: Page) => page.getByRole("button", { name: "Start", exact: true });
  const sessionIdOf = (page: Page) => /\/sessions\/([\w-]{20,})/.exec(page.url())![1]!;

  /** Creates a session that opens a pull request with one new file. */
  async function pullRequestOf(name: string) {
    const repository = await here.world.repository(`house/${name}`, { "a.txt": "1\n" });
    const prompt = `Fix the ${name}. SCRIPT(write("fixed.txt", "first\\nsecond\\n"), ${say("It is fixed")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
    await here.world.ended(session.id);
    return { repository, session };
  }
  async function openPullRequest(page: Page, name: string): Promise<void> {
    await page.getByRole("link", { name: new RegExp(`Fix the ${name}`) }).click();
    await heading(page, new RegExp(`Fix the ${name}`)).waitFor();
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByText("fixed.txt").first().waitFor();
  }

  test("guides the user from the setup link to the first merged pull request", async (story) => {
    const { pathname, hash } = new URL(here.world.tembo.welcomeUrl!);
    const page = await here.visit(story, `${pathname}${hash}`, { isSignedIn: false });
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Email address").fill("ada@example.com");
    await page
      .locator("input")
      .and(page.getByLabel("Password", { exact: true }))
      .fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await heading(page, "Sessions").waitFor();
    await page.getByRole("button", { name: "Account menu for Ada" }).waitFor();

    await page.getByRole("link", { name: "Repositories" }).click();
    await page.getByText("No repositories yet").waitFor();
    await page.getByRole("button", { name: "New repository" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Owner").fill("home");
    await dialog.getByLabel("Name").fill("toaster");
    await dialog.getByRole("button", { name: "Create repository" }).click();
    await heading(page, "home/toaster").waitFor();
    const url = await pushAsShown(page, API_KEY, { "a.txt": "1\n" });

    await page.goto(`${here.world.url}/sessions/new`);
    await task(page).fill(`Fix it. SCRIPT(write("toast.txt", "warm\\n"), ${say("The toaster is fixed")})`);
    await chooseSetting(page, "Repositories", /toaster/);
    await page.keyboard.press("Escape");
    await start(page).click();
    await page.getByText("The toaster is fixed").first().waitFor({ timeout: 60_000 });
    await here.world.ended(sessionIdOf(page));

    await page.goto(`${here.world.url}/review`);
    await page.getByRole("link", { name: /Fix it/ }).click();
    await page.getByRole("button", { name: "Merge", exact: true }).click();
    await page.getByText("Merge this pull request into main?").waitFor();
    await page.getByRole("button", { name: "Confirm merge" }).click();
    await page
      .getByText(/^Merged/)
      .first()
      .waitFor();
    assert.equal((await remoteFile(url, API_KEY, "main", "toast.txt")).trim(), "warm");
  });

  test("keeps a task's draft after a reload, and removes it once the task is sent", async (story) => {
    const page = await here.visit(story, "/sessions/new");
    await task(page).fill(`Talk. SCRIPT(${say("Here I am")})`);
    await page.getByText("Saved in this browser").waitFor();
    await page.reload();
    assert.match(await task(page).inputValue(), /^Talk\./);
    await task(page).press("Control+Enter");
    await page.getByText("Here I am").first().waitFor({ timeout: 60_000 });
    await page.goto(`${here.world.url}/sessions/new`);
    await task(page).waitFor();
    assert.equal(await task(page).inputValue(), "");
  });

  test("keeps a rejected task, and shows the reason", async (story) => {
    const page = await here.visit(story, "/sessions/new", { expects: /status of (?:4|5)\d\d|ERR_/ });
    await task(page).fill("A task that must not be lost");
    await page.route("**/v1/sessions", (route) =>
      route.request().method() === "POST"
        ? route.fulfill({ status: 400, json: { error: "The budget of the organization is used up." } })
        : route.continue(),
    );
    await page.route("**/session/create", (route) =>
      route.fulfill({ status: 400, json: { error: "The budget of the organization is used up." } }),
    );
    await start(page).click();
    await page.getByText("The budget of the organization is used up.").waitFor();
    assert.equal(await task(page).inputValue(), "A task that must not be lost");
  });

  test("sends several line comments to the agent as one message", async (story) => {
    const { session } = await pullRequestOf("kettle");
    const page = await here.visit(story, "/review");
    await openPullRequest(page, "kettle");
    for (const [line, words] of [
      [1, "Say it louder"],
      [2, "And twice"],
    ] as const) {
      await page.getByRole("button", { name: `Comment on line ${line}` }).click();
      await page.getByRole("textbox", { name: `Comment on line ${line}` }).fill(words);
      await page.getByRole("button", { name: "Add comment" }).click();
      await page
        .getByRole("region", { name: `line ${line}` })
        .getByText(words)
        .waitFor();
    }
    await page.getByText("2 comments").waitFor();
    await page.getByRole("button", { name: "Send to agent" }).click();
    await page.getByText("Comments sent to the agent").waitFor();
    const events = await here.world.ended(session.id, 2);
    const asked = ofType(events, "message.queued").at(-1)!;
    assert.match(asked.eventData.content, /fixed\.txt.*Say it louder[\s\S]*And twice/s);
    assert.equal(ofType(events, "message.queued").length, 2);
  });

  test("keeps a form open that was opened while the comment before it was being stored", async (story) => {
    await pullRequestOf("teapot");
    const page = await here.visit(story, "/review");
    await openPullRequest(page, "teapot");
    const field = (line: number) => page.getByRole("textbox", { name: `Comment on line ${line}` });
    const openForm = (line: number) => page.getByRole("button", { name: `Comment on line ${line}` }).click();
    const stored = Promise.withResolvers<void>();
    await page.route("**/comments*", async (route) => {
      if (route.request().method() === "POST") await stored.promise;
      await route.continue();
    });
    await openForm(1);
    await field(1).fill("Say it louder");
    await page.getByRole("button", { name: "Add comment" }).click();
    await openForm(2);
    await field(2).fill("And twice");
    stored.resolve();
    await page.getByRole("region", { name: "line 1" }).getByText("Say it louder").waitFor();
    await page.getByRole("button", { name: "Add comment" }).click();
    await page.getByRole("region", { name: "line 2" }).getByText("And twice").waitFor();
  });

  test("closes a pull request without merging it, after a confirmation", async (story) => {
    const { repository } = await pullRequestOf("lamp");
    const page = await here.visit(story, "/review");
    await openPullRequest(page, "lamp");
    await page.getByRole("tab", { name: "Conversation" }).click();
    await page.getByRole("button", { name: "Close without merging" }).click();
    await page.getByText("Close this pull request without merging its changes?").waitFor();
    await page.getByRole("button", { name: "Close without merging" }).click();
    await page
      .getByText(/^Closed(?: by .+)? without merging/)
      .first()
      .waitFor();
    await assert.rejects(remoteFile(repository.url, API_KEY, "main", "fixed.txt"));
  });

  test("opens a session's changes by URL, and shows every other panel", async (story) => {
    const { session } = await pullRequestOf("clock");
    const page = await here.visit(story, `/sessions/${session.id}`);
    await page.getByRole("tab", { name: /Changes/ }).click();
    await page.getByText("fixed.txt").first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get("panel"), "changes");
    await page.reload();
    await page.getByText("fixed.txt").first().waitFor();
    for (const name of [/Pull requests/, /Usage/, /Events/, /Files/, /Artifacts/]) {
      await page.getByRole("tab", { name }).click();
      await page.getByRole("heading", { level: 2, name }).waitFor();
    }
  });
});
