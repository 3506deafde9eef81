import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { API_KEY, pushFiles } from "../../support/index.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";
import { layoutShift } from "../support/layout-shift.ts";
import { say } from "../support/say.ts";

/** Width of a small laptop. */
const LAPTOP = { width: 1280, height: 800 };
const MAX_SHIFT = 0.02;
const LONG = 5_000;

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`);
const app = numbered(120).map((line) => `export const x = "${line}";`);
const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;

describe("diff viewer", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let sessionId: string;
  let pullRequest: { readonly id: string; readonly branch: string; readonly repositoryUrl: string };
  before(async () => {
    here = await openBrowserWorld();
    const repository = await here.world.repository("house/shop", {
      "src/app.ts": text(app),
      "src/space.ts": "if (a) {\nb();\nc();\n}\n",
      "README.md": "# Shop\n",
    });
    const steps = [
      `bash("sed -i '30s/line/LINE/;90s/line/LINE/' src/app.ts")`,
      `bash("sed -i '2s/^/  /;3s/^/  /;$a d();' src/space.ts")`,
      `bash("seq ${LONG} | sed 's/^/a long line that wraps in a narrow panel, with the number /' > docs.txt")`,
      `bash("sed -i 's/Shop/A shop/' README.md")`,
    ];
    const prompt = `Tidy the shop. SCRIPT(${[...steps, say("It is tidy")].join(", ")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
    sessionId = session.id;
    await here.world.ended(sessionId);
    const { items } = await here.world.client.pullRequests.list({ repositoryIds: [repository.id] });
    const { id, sourceBranch } = items[0]!;
    pullRequest = { id, branch: sourceBranch!, repositoryUrl: repository.url };
  });
  after(() => here.close());

  const places = {
    "the session's changes": () => `/sessions/${sessionId}?panel=changes`,
    "the pull request's files": () => `/review/${pullRequest.id}?tab=files`,
  };
  const card = (page: Page, path: string) => page.getByRole("region", { name: path, exact: true });
  const toggle = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const viewed = (page: Page, path: string) => page.getByRole("checkbox", { name: `Viewed ${path}` });
  const choose = (page: Page, view: string) =>
    page.getByRole("radiogroup", { name: "Diff view" }).getByText(view, { exact: true }).click();
  const focusedFile = (page: Page) => page.evaluate("document.activeElement?.dataset.file");
  const showTree = async (page: Page) => {
    if ((await toggle(page, "Hide file tree").count()) === 0) await toggle(page, "Show file tree").click();
  };

  for (const [name, path] of Object.entries(places)) {
    test(`steps through the files of ${name} by keys, and remembers the viewed ones`, async (story) => {
      const page = await here.visit(story, path(), { viewport: LAPTOP });
      await card(page, "README.md").waitFor();
      const seen: unknown[] = [];
      for (let at = 0; at < 4; at++) {
        await page.keyboard.press("n");
        seen.push(await focusedFile(page));
      }
      assert.deepEqual(seen, ["README.md", "docs.txt", "src/app.ts", "src/space.ts"]);
      await page.keyboard.press("p");
      assert.equal(await focusedFile(page), "src/app.ts");
      await page.keyboard.press("v");
      await page.getByText("1 of 4 viewed").waitFor();
      assert.equal(await viewed(page, "src/app.ts").isChecked(), true);
      assert.equal(await card(page, "src/app.ts").getByText("LINE 30").count(), 0, "a viewed file is folded");
      await page.reload();
      await page.getByText("1 of 4 viewed").waitFor();
      await page.keyboard.press("n");
      assert.equal(await viewed(page, "README.md").isChecked(), false, "control: only one file is viewed");
      await viewed(page, "src/app.ts").click();
      await page.getByText("0 of 4 viewed").waitFor();
      await card(page, "src/app.ts").getByText("LINE 30").first().waitFor();
    });

    test(`shows ${name} in two columns and without whitespace changes, and remembers both`, async (story) => {
      const page = await here.visit(story, path(), { viewport: LAPTOP });
      const space = card(page, "src/space.ts");
      await space.scrollIntoViewIfNeeded();
      await space.getByText("b();").nth(1).waitFor();
      await toggle(page, "Hide whitespace changes").click();
      await space.getByText("d();").waitFor();
      assert.equal(await space.getByText("b();").count(), 1);
      await choose(page, "Split");
      await space.getByText("b();").nth(1).waitFor();
      await page.reload();
      await card(page, "README.md").locator("code", { hasText: "A shop" }).waitFor();
      await assertAccessible(page, `${name}, split`);
      await space.scrollIntoViewIfNeeded();
      await space.getByText("d();").waitFor();
      assert.equal(await toggle(page, "Hide whitespace changes").getAttribute("aria-pressed"), "true");
      const [left, right] = await space
        .getByText("b();")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
      assert.equal(left!.top, right!.top, "the old and the new line are next to each other");
      assert.notEqual(left!.left, right!.left);
    });

    test(`shows unchanged lines of ${name} before, between and after changes`, async (story) => {
      const page = await here.visit(story, path(), { viewport: LAPTOP });
      const file = card(page, "src/app.ts");
      await file.scrollIntoViewIfNeeded();
      await file.getByRole("button", { name: "Show the rest of the file" }).click();
      await file.getByText('"line 120"').waitFor();
      await file.getByText("53 unchanged lines").waitFor();
      await file.getByRole("button", { name: "Show 20 lines before the next change" }).first().click();
      await file.getByText('"line 7"').waitFor();
      assert.equal(await file.getByText('"line 6"').count(), 0);
      await file.getByRole("button", { name: "Show 20 lines after the previous change" }).first().click();
      await file.getByText('"line 53"').waitFor();
      await file.getByRole("button", { name: "Show 33 unchanged lines" }).click();
      await file.getByText('"line 60"').waitFor();
      await file.getByRole("button", { name: "Show 6 unchanged lines" }).click();
      await file.getByText('"line 1"').waitFor();
      assert.equal(await file.getByText(/unchanged lines/).count(), 0);
      assert.equal(
        await toggle(page, "Comment on line 60").count(),
        0,
        "the patch does not contain the line",
      );
      assert.equal(await toggle(page, "Comment on line 30").count(), 1, "control");
    });

    test(`moves nothing while ${name} load, and renders few of ${LONG} lines`, async (story) => {
      const page = await here.visit(story, path(), { viewport: LAPTOP });
      const file = card(page, "docs.txt");
      await file.getByText("the number 1", { exact: false }).first().waitFor();
      await card(page, "README.md").locator("code", { hasText: "A shop" }).waitFor();
      assert.ok((await layoutShift(page)) <= MAX_SHIFT, String(await layoutShift(page)));
      const height = async () => (await file.boundingBox())!.height;
      const before = await height();
      const rows = () => file.locator("code").count();
      assert.ok((await rows()) < 400, String(await rows()));
      await card(page, "src/app.ts").evaluate((element) => element.scrollIntoView());
      await file.getByText(`the number ${LONG}`).waitFor();
      assert.equal(await height(), before, "the height of the lines was reserved exactly");
      assert.ok((await rows()) < 400, String(await rows()));
      assert.equal(await file.getByText("the number 1", { exact: true }).count(), 0);
      assert.ok((await layoutShift(page)) <= MAX_SHIFT, String(await layoutShift(page)));
    });

    test(`filters the tree of ${name}, and goes to a file`, async (story) => {
      const page = await here.visit(story, path(), { viewport: LAPTOP });
      await card(page, "README.md").waitFor();
      await showTree(page);
      const tree = page.getByRole("navigation", { name: "Changed files" });
      await assertAccessible(page, `${name} with a tree`);
      await tree.getByRole("textbox", { name: "Filter files" }).fill("SPACE");
      assert.equal(await tree.getByRole("button", { name: "README.md" }).count(), 0);
      await tree.getByRole("button", { name: "space.ts" }).click();
      assert.equal(await focusedFile(page), "src/space.ts");
      await tree.getByRole("textbox", { name: "Filter files" }).fill("nothing like it");
      await tree.getByText("No files match.").waitFor();
    });

    test(`${name} fit a phone, and have no accessibility violations`, async (story) => {
      const page = await here.visit(story, path(), { viewport: PHONE, scheme: "dark" });
      await card(page, "README.md").locator("code", { hasText: "A shop" }).waitFor();
      assert.equal(await page.evaluate(fitsItsWindow), true);
      await assertAccessible(page, `${name} on a phone`);
      assert.ok((await layoutShift(page)) <= MAX_SHIFT, String(await layoutShift(page)));
    });
  }

  test("states why unchanged lines cannot be shown", async (story) => {
    const page = await here.visit(story, places["the pull request's files"](), {
      viewport: LAPTOP,
      expects: /status of 404/,
    });
    const file = card(page, "src/app.ts");
    await file.scrollIntoViewIfNeeded();
    const open = file.getByRole("button", { name: "Show 20 lines before the next change" }).first();
    const fileUrl = /\/v1\/repositories\/[^/]+\/file\?/;
    await page.route(fileUrl, (route) =>
      route.fulfill({
        status: 404,
        json: { error: "File was not found at this commit.", code: "not_found" },
      }),
    );
    await open.click();
    await page.getByText("File was not found at this commit.").waitFor();
    await page.unroute(fileUrl);
    // The change of line 30 is not at line 30 of this content.
    await page.route(fileUrl, async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as { readonly content: string };
      await route.fulfill({ response, json: { ...body, content: `new line\n${body.content}` } });
    });
    await open.click();
    await page.getByText("The unchanged lines do not match this diff.").waitFor();
    assert.equal(await file.getByText('"line 7"').count(), 0);
    await page.unroute(fileUrl);
    await page.reload();
    await file.scrollIntoViewIfNeeded();
    await open.click();
    await file.getByText('"line 7"').waitFor();
  });

  test("shows 5,000 files of a longer diff, with the reason, and renders few of them", async (story) => {
    const page = await here.visit(story, "/review", { viewport: LAPTOP });
    const patch = Array.from(
      { length: 5_100 },
      (_, at) => `diff --git a/f${at} b/f${at}\n--- a/f${at}\n+++ b/f${at}\n@@ -1 +1 @@\n-a\n+b\n`,
    ).join("");
    await page.route(new RegExp(`/v1/pull-requests/${pullRequest.id}$`), async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as object;
      const diff = { additions: 5_100, deletions: 5_100, data: patch };
      await route.fulfill({ response, json: { ...body, diff } });
    });
    await page.goto(`${here.world.url}${places["the pull request's files"]()}`);
    await card(page, "f0").locator("code", { hasText: "b" }).waitFor();
    assert.ok((await page.locator("code").count()) < 400);
    await page.getByText("Shows the first 5,000 of 5,100 files").scrollIntoViewIfNeeded();
    await card(page, "f4999").locator("code", { hasText: "b" }).waitFor();
    assert.equal(await card(page, "f5000").count(), 0);
    assert.ok((await page.locator("code").count()) < 400);
  });

  // Runs last, because it changes the branch.
  test("removes the mark of a viewed file that a new commit changes, and keeps the others", async (story) => {
    const page = await here.visit(story, places["the pull request's files"](), { viewport: LAPTOP });
    await viewed(page, "README.md").click();
    await viewed(page, "docs.txt").click();
    await page.getByText("2 of 4 viewed").waitFor();
    const { repositoryUrl, branch } = pullRequest;
    await pushFiles(repositoryUrl, API_KEY, branch, { "README.md": "# The shop\n" }, "Rename");
    await page.reload();
    await page.getByText("1 of 4 viewed").waitFor();
    assert.equal(await viewed(page, "docs.txt").isChecked(), true);
    await card(page, "README.md").locator("code", { hasText: "The shop" }).waitFor();
  });
});
