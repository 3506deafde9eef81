import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow, hostileWords, nothingRan } from "../support/hostile.ts";
import { layoutShift } from "../support/layout-shift.ts";

const MAX_SHIFT = 0.1;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="window.broken='svg'"><script>window.broken='svg'</script><rect width="40" height="30"/></svg>`;
const hostile = `${hostileWords.markup}\n\n${hostileWords.link}\n\n![remote](https://elsewhere.example/x.png)\n`;

describe("artifacts of a session", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let sessionId: string;
  before(async () => {
    here = await openBrowserWorld();
    const session = await here.world.client.session.create({ prompt: "Report.", queueRightAway: false });
    sessionId = session.id;
    await add("Bomb", "bomb.png", claimSize(pngOf(8, 8), 60_000));
    await add("Drawing", "drawing.svg", Buffer.from(SVG));
    await add("Page", "html", hostile);
    await add("Broken", "json", '{"on":');
    await add("Settings", "json", '{"on":true,"list":[1,2]}');
    const rows = Array.from({ length: 1_000 }, (_, row) => `row ${row},x`);
    await add("Long table", "csv", `name,sign\n${rows.join("\n")}`);
    await add("Timings", "csv", `case,"ms, median"\n"${hostileWords.markup.replaceAll('"', '""')}",12\n`);
    await add("Notes", "markdown", `# Results\n\n| case | ms |\n|---|---|\n| cold | 12 |\n\n${hostile}`);
    await add("Shot", "shot.png", pngOf(640, 480));
  });
  after(() => here.close());

  async function add(title: string, kind: string, content: string | Uint8Array): Promise<void> {
    const { attachments, artifacts } = here.world.client;
    if (kind === "html" || kind === "markdown" || kind === "json" || kind === "csv") {
      await artifacts.create({ sessionId, title, output: { type: kind, content: String(content) } });
      return;
    }
    const { id } = await attachments.create({ name: kind, content });
    await artifacts.create({ sessionId, title, output: { type: "asset", assetId: id, fileName: kind } });
  }
  const card = (page: Page, name: string) => page.getByRole("article", { name, exact: true });
  const open = (page: Page, name: string) =>
    card(page, name).getByRole("button", { name: "Show", exact: true }).click();
  const panel = () => `/sessions/${sessionId}?panel=artifacts`;

  test("renders Markdown, CSV and JSON, with a switch to the source", async (story) => {
    const page = await here.visit(story, panel());
    await open(page, "Notes");
    const notes = card(page, "Notes");
    await notes.getByRole("cell", { name: "cold" }).waitFor();
    assert.equal(await notes.getByText("| cold | 12 |").count(), 0);
    await notes.getByText("Source", { exact: true }).click();
    await notes.getByText("| cold | 12 |").waitFor();
    assert.equal(await notes.getByRole("cell").count(), 0);

    await open(page, "Timings");
    await card(page, "Timings").getByRole("columnheader", { name: "ms, median" }).waitFor();
    await card(page, "Timings").getByText(hostileWords.markup).waitFor();
    await open(page, "Long table");
    await card(page, "Long table").getByText("Shows at most 200 rows").waitFor();
    assert.equal(await card(page, "Long table").getByRole("row").count(), 200);

    await open(page, "Settings");
    await card(page, "Settings").getByText('"on": true').waitFor();
    await card(page, "Settings").getByText("Source", { exact: true }).click();
    await card(page, "Settings").getByText('{"on":true,"list":[1,2]}').waitFor();
    await open(page, "Broken");
    await card(page, "Broken").getByText('{"on":', { exact: true }).waitFor();
    assert.equal(await card(page, "Broken").getByText("Source", { exact: true }).count(), 0);
  });

  test("shows a small picture without a click, and never one that needs much memory", async (story) => {
    const page = await here.visit(story, panel());
    const shot = card(page, "Shot").getByRole("img", { name: "Shot" });
    await shot.waitFor();
    await card(page, "Bomb").scrollIntoViewIfNeeded();
    await card(page, "Bomb").getByText("too large to show").waitFor();
    assert.equal(await page.getByRole("img", { name: "Bomb" }).count(), 0);
    assert.equal(await page.getByRole("img", { name: "Drawing" }).count(), 0, "only on a click");
  });

  test("executes nothing of an artifact, and loads nothing from other hosts", async (story) => {
    // The frame of the page reports that the browser blocked its scripts.
    const page = await here.visit(story, panel(), { expects: /Blocked script execution|sandboxed/ });
    for (const name of ["Notes", "Timings", "Page", "Drawing"]) await open(page, name);
    await card(page, "Notes").getByRole("cell", { name: "cold" }).waitFor();
    await card(page, "Timings").getByRole("cell", { name: "12" }).waitFor();
    await card(page, "Drawing").getByRole("img", { name: "Drawing" }).waitFor();
    await card(page, "Page").locator("iframe").waitFor();
    assert.equal(await card(page, "Page").locator("iframe").getAttribute("sandbox"), "");
    await page.frameLocator("iframe").getByRole("img").waitFor({ state: "attached" });
    assert.equal(await page.evaluate(nothingRan), true);
    assert.equal(await page.locator("a[href^='javascript']").count(), 0);
    for (const frame of page.frames()) assert.equal(await frame.evaluate(nothingRan), true);
  });

  test("is accessible and does not move while content loads", async (story) => {
    for (const look of [{ scheme: "light" }, { scheme: "dark" }, { viewport: PHONE }] as const) {
      const page = await here.visit(story, panel(), look);
      await card(page, "Shot").getByRole("img", { name: "Shot" }).waitFor();
      assert.ok((await layoutShift(page)) < MAX_SHIFT);
      for (const name of ["Notes", "Timings", "Settings"]) {
        await open(page, name);
        await card(page, name).getByText("Source", { exact: true }).waitFor();
      }
      await assertAccessible(page, JSON.stringify(look));
      assert.equal(await page.evaluate(fitsItsWindow), true);
    }
  });
});

function pngOf(width: number, height: number): Buffer {
  const picture = new PNG({ width, height });
  for (let at = 0; at < picture.data.length; at += 4) picture.data.set([at % 251, 120, 160, 255], at);
  return PNG.sync.write(picture);
}

/** Replaces the width and the height in the header of a PNG. */
function claimSize(png: Buffer, size: number): Buffer {
  png.writeUInt32BE(size, 16);
  png.writeUInt32BE(size, 20);
  return png;
}
