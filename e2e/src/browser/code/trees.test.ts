import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { API_KEY, pushFiles } from "../../support/index.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow, hostileWords, nothingRan } from "../support/hostile.ts";
import { say } from "../support/say.ts";

const files = {
  "README.md": "# The orchard\n\nTrees grow here.\n",
  "src/apple.ts": "export const apple = 1;\n",
  "src/deep/pear tree.ts": "export const pear = 2;\n",
  "image.bin": "a\0b",
  ".claude/commands/prune.md": "Cut what is dead.\n",
  ".claude/skills/graft/SKILL.md": "---\nname: graft\ndescription: How to graft.\n---\nSo.\n",
  [`odd/${hostileWords.markup.replaceAll("/", "|").slice(0, 90)}`]: "markup\n",
  [`odd/${hostileWords.rightToLeft}.md`]: "right to left\n",
  "odd/👩‍👩‍👧‍👦 a file.txt": "a \u202Eb\n",
  [`odd/${hostileWords.longWord.repeat(3)}`]: "long\n",
};

describe("repository files", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let repository: { readonly id: string; readonly url: string };
  before(async () => {
    here = await openBrowserWorld();
    repository = await here.world.repository("trees/orchard", files);
  });
  after(() => here.close());

  const task = (page: Page) => page.getByRole("textbox", { name: "Task" });
  const option = (page: Page, name: string | RegExp) => page.getByRole("option", { name });
  const entry = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
  const root = () => `/repositories/${repository.id}`;

  test("completes @ with a file of the selected repository, and inserts its path", async (story) => {
    const page = await here.visit(story, `/sessions/new?repository=${repository.id}`);
    await page.getByText("trees/orchard").first().waitFor();
    await task(page).pressSequentially("Fix @appl");
    await option(page, /apple\.ts/).waitFor();
    const marked = await task(page).getAttribute("aria-activedescendant");
    assert.match(String(await page.locator(`[id="${marked}"]`).textContent()), /apple\.ts/);
    await assertAccessible(page, "the composer with file suggestions");
    await task(page).press("Enter");
    assert.equal(await task(page).inputValue(), "Fix @src/apple.ts ");
    await task(page).pressSequentially("and @pear");
    await option(page, /pear tree\.ts/).waitFor();
    await task(page).press("Tab");
    assert.equal(await task(page).inputValue(), 'Fix @src/apple.ts and @"src/deep/pear tree.ts" ');
    await task(page).pressSequentially("@nowhere");
    await page.getByText('No files match "nowhere".').waitFor();
    await task(page).press("Escape");
    await page.getByText('No files match "nowhere".').waitFor({ state: "hidden" });
  });

  test("lists the root folder after @ alone, and then the contents of the selected folder", async (story) => {
    const page = await here.visit(story, `/sessions/new?repository=${repository.id}`, { viewport: PHONE });
    await page.getByText("trees/orchard").first().waitFor();
    await task(page).pressSequentially("@");
    await option(page, "src").click();
    assert.equal(await task(page).inputValue(), "@src/");
    await option(page, /apple\.ts/).click();
    assert.equal(await task(page).inputValue(), "@src/apple.ts ");
    assert.ok(await page.evaluate(fitsItsWindow));
  });

  test("completes / with the repository's commands and skills, and sends a command with the first message", async (story) => {
    const page = await here.visit(story, `/sessions/new?repository=${repository.id}`);
    await page.getByText("trees/orchard").first().waitFor();
    await task(page).pressSequentially("/");
    await option(page, /\/prune.*Claude Code command in orchard/).waitFor();
    await task(page).pressSequentially("pr");
    await option(page, /\/graft/).waitFor({ state: "hidden" });
    await task(page).press("Enter");
    await task(page).pressSequentially("the old one");
    assert.equal(await task(page).inputValue(), "/prune the old one");
    const asked = page.waitForRequest((request) => request.url().endsWith("/session/create"));
    await page.getByRole("button", { name: "Start", exact: true }).click();
    assert.deepEqual((await asked).postDataJSON().slashCommand, {
      command: "prune",
      arguments: "the old one",
    });
    await page.getByRole("heading", { level: 1 }).first().waitFor();
  });

  test("completes / at the start of a later line, and sends the command of that line", async (story) => {
    const page = await here.visit(story, `/sessions/new?repository=${repository.id}`);
    await page.getByText("trees/orchard").first().waitFor();
    await task(page).fill("Look at the trees. ");
    await task(page).pressSequentially("/pr");
    assert.equal(await option(page, /\/prune/).count(), 0, "control: inside a line, a slash is text");
    await task(page).fill("Look at the trees.\n");
    await task(page).pressSequentially("/pr");
    await option(page, /\/prune/).click();
    await task(page).pressSequentially("the old one");
    const asked = page.waitForRequest((request) => request.url().endsWith("/session/create"));
    await page.getByRole("button", { name: "Start", exact: true }).click();
    const { prompt, slashCommand } = (await asked).postDataJSON();
    assert.equal(prompt, "Look at the trees.\n/prune the old one");
    assert.deepEqual(slashCommand, { command: "prune", arguments: "the old one" });
    await page.getByRole("heading", { level: 1 }).first().waitFor();
  });

  test("completes a session's files, and the commands that its harness reported", async (story) => {
    const prompt = `Look. SCRIPT(${say("I have looked")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
    await here.world.ended(session.id);
    const page = await here.visit(story, `/sessions/${session.id}`);
    const message = page.getByRole("textbox", { name: "Message" });
    await message.pressSequentially("See @apple");
    await option(page, /apple\.ts/).click();
    assert.equal(await message.inputValue(), "See @src/apple.ts ");
    await message.fill("");
    await message.pressSequentially("/com");
    await option(page, /\/compact/).waitFor();
    await assertAccessible(page, "a session with command suggestions");
  });

  test("opens a file through its folders and by its URL, and navigates back", async (story) => {
    const page = await here.visit(story, root());
    await page.getByText("Trees grow here.").waitFor();
    await assertAccessible(page, "the root of a repository");
    await entry(page, "src").click();
    await entry(page, "deep").click();
    await entry(page, "pear tree.ts").click();
    await page.getByText("export const pear = 2;").waitFor();
    const { searchParams } = new URL(page.url());
    assert.equal(searchParams.get("file"), "src/deep/pear tree.ts");
    await assertAccessible(page, "a file");
    await page.reload();
    await page.getByText("export const pear = 2;").waitFor();
    await page.goBack();
    await entry(page, "pear tree.ts").waitFor();
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "orchard" }).click();
    await page.getByText("Trees grow here.").waitFor();
    await page.getByRole("searchbox", { name: "Find a file" }).fill("appl");
    await entry(page, "src/apple.ts").click();
    await page.getByText("export const apple = 1;").waitFor();
    await page.goto(`${here.world.url}${root()}?file=image.bin`);
    await page.getByText("Binary file. No preview is available.").waitFor();
  });

  test("switches to another branch, and reports an unknown ref", async (story) => {
    const page = await here.visit(story, root(), { expects: /status of 404/ });
    await pushFiles(repository.url, API_KEY, "work/next", { "only-next.ts": "1\n" }, "Next");
    await page.locator("input").and(page.getByLabel("Branch")).click();
    await option(page, "work/next").click();
    await entry(page, "only-next.ts").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("ref"), "work/next");
    await page.goBack();
    await entry(page, "only-next.ts").waitFor({ state: "detached" });
    await page.goto(`${here.world.url}${root()}?ref=nowhere`);
    await page.getByText(/has no branch, tag or commit "nowhere"/).waitFor();
  });

  test("shows hostile file names as text", async (story) => {
    for (const viewport of [undefined, PHONE]) {
      const page = await here.visit(story, `${root()}?path=odd`, { ...(viewport && { viewport }) });
      const list = page.getByRole("list", { name: "Files and folders" });
      await list.waitFor();
      assert.equal(await list.getByRole("link").count(), 4);
      await list.getByRole("link", { name: /^\\u\{202E\}evil/ }).waitFor();
      assert.ok(await page.evaluate(fitsItsWindow));
      await list.getByRole("link", { name: /onerror/ }).click();
      await page.getByText("markup", { exact: true }).waitFor();
      assert.ok(await page.evaluate(nothingRan));
      await page.goBack();
      await list.getByRole("link", { name: /👩‍👩‍👧‍👦/u }).click();
      await page.getByText(/characters that change the text direction/).waitFor();
      assert.ok(await page.evaluate(fitsItsWindow));
      await assertAccessible(page, "a file with an unusual name");
    }
  });

  test("starts a session with the displayed repository", async (story) => {
    const page = await here.visit(story, root());
    await page.getByRole("link", { name: "Start a session" }).click();
    await task(page).waitFor();
    await page.getByText("trees/orchard").first().waitFor();
    assert.equal(new URL(page.url()).search, "");
  });
});
