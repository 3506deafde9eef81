import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { nothingRan } from "../support/hostile.ts";
import { say } from "../support/say.ts";

const was = [
  "// How warm it gets.",
  'export const unit = "<img src=x onerror=window.broken=1>";',
  "export function boil(degrees: number) {",
  "  return degrees > 90;",
  "}",
  "",
].join("\n");

const colorOf = (one: Locator) =>
  one.evaluate((element) => String(element.ownerDocument.defaultView.getComputedStyle(element).color));

describe("syntax highlighting", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let repositoryId: string;
  let sessionId: string;
  before(async () => {
    here = await openBrowserWorld();
    const repository = await here.world.repository("house/code", { "boil.ts": was });
    repositoryId = repository.id;
    const prompt = `Boil later. SCRIPT(bash("sed -i s/90/100/ boil.ts"), ${say("```ts\nconst warm = 100;\n```")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
    sessionId = session.id;
    await here.world.ended(sessionId);
  });
  after(() => here.close());

  /** Asserts that a highlighted word has a different color than the surrounding text. */
  const coloredIn = async (where: Locator, words: string) => {
    const word = where.locator("[class^=hljs-]", { hasText: words }).first();
    await word.waitFor();
    assert.notEqual(
      await colorOf(word),
      await colorOf(where),
      `"${words}" has a different color from its surroundings`,
    );
  };
  const isSafe = async (page: Page) => assert.equal(await page.evaluate(nothingRan), true);

  for (const scheme of ["light", "dark"] as const)
    test(`highlights code in files, changes and the agent's messages, ${scheme}`, async (story) => {
      const page = await here.visit(story, `/repositories/${repositoryId}?file=boil.ts`, { scheme });
      const code = page
        .getByRole("region", { name: /boil\.ts/ })
        .locator("pre")
        .last();
      await coloredIn(code, "export");
      await coloredIn(code, "// How warm it gets.");
      assert.equal(await code.textContent(), was, "control: the text is unchanged");
      await isSafe(page);
      await assertAccessible(page, `a file with highlighted code, ${scheme}`);

      await page.goto(`${here.world.url}/sessions/${sessionId}?panel=changes`);
      const changes = page.getByRole("tabpanel");
      await coloredIn(changes.getByRole("region", { name: "boil.ts" }), "return");
      await changes.getByText("100").first().waitFor();
      await coloredIn(page.getByRole("region", { name: "Code", exact: true }).locator("code"), "const");
      await isSafe(page);
      await assertAccessible(page, `changes with highlighted code, ${scheme}`);
    });
});
