import assert from "node:assert/strict";
import { test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import { groupOf } from "@tembo/contract/openapi";
import { chromium } from "playwright-core";
import { serve } from "../../../../server/src/testing/test-server.ts";
import { onPath } from "../../support/programs/on-path.ts";

const all = Object.values(operations) as Operation[];
const [browserFile] = onPath("chromium");

test("shows every operation in the API reference, without a request to another host", {
  skip: browserFile === undefined && "chromium is not on the PATH: apt-get install chromium",
}, async (context) => {
  const served = await serve();
  context.after(() => served.close());
  const browser = await chromium.launch({
    executablePath: browserFile!,
    // Chromium's own sandbox does not work as root. The page is trusted.
    args: ["--no-sandbox", "--disable-background-networking"],
  });
  context.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const asked: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`${served.url}/docs`);
  const titles = page.locator("nav a, nav button, aside a, aside button");
  await titles
    .filter({ hasText: /^sessions$/ })
    .first()
    .waitFor();
  const shown = new Set<string>();
  const groups = new Set(all.map(({ path }) => groupOf(path)));
  for (const group of groups) {
    await titles
      .filter({ hasText: new RegExp(`^${group}$`) })
      .first()
      .click();
    for (const { summary } of all.filter(({ path }) => groupOf(path) === group)) {
      await titles.filter({ hasText: summary }).first().waitFor();
      shown.add(summary);
    }
  }
  assert.equal(shown.size, new Set(all.map(({ summary }) => summary)).size);
  const elsewhere = () =>
    asked.filter((url) => !url.startsWith(`${served.url}/`) && !url.startsWith("data:"));
  assert.deepEqual([elsewhere(), problems], [[], []]);
  assert.ok(asked.includes(`${served.url}/openapi.json`));

  // Control: the page's policy blocks a request to another host, and the test detects the request.
  await assert.rejects(
    page.evaluate(() => fetch("http://127.0.0.1:1/")),
    /Failed to fetch/,
  );
  assert.match(problems.join(), /127\.0\.0\.1:1.*Content Security Policy/);
});
