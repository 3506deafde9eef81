import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertSeamless, dataOf, ofType } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow, hostileWords, nothingRan } from "../support/hostile.ts";
import { say } from "../support/say.ts";

/** Errors of a browser whose server is down, also of its service worker. */
const isAway = /ERR_|status of 50\d|Failed to fetch|fetching the script|WebSocket/;

describe("session page", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const start = (prompt: string) => here.world.client.session.create({ prompt });
  const sessionPath = ({ id }: { readonly id: string }) => `/sessions/${id}`;
  const words = (page: Page, text: string) => page.getByText(text, { exact: false });
  const isShownOnce = async (page: Page, text: string) => {
    await words(page, text).first().waitFor();
    assert.equal(await words(page, text).count(), 1, `the page shows "${text}" once`);
  };
  /** Holds the model's response after the first tool call. */
  const holdAfterTool = () =>
    here.world.model.hold(({ replyIndex, isBackground }) => !isBackground && replyIndex > 0);
  const messageField = (page: Page) => page.getByRole("textbox", { name: "Message" });

  test("streams the agent's text as it is generated", async (story) => {
    const second = holdAfterTool();
    const session = await start(`Talk. SCRIPT(${say("amber words")}, bash("true"), ${say("violet words")})`);
    const page = await here.visit(story, sessionPath(session));
    await page.getByRole("heading", { level: 1, name: "Talk" }).waitFor();
    await isShownOnce(page, "amber words");
    assert.equal(await words(page, "violet words").count(), 0);
    second.release();
    await isShownOnce(page, "violet words");
    await here.world.ended(session.id);
  });

  test("neither loses nor repeats text after a reload during a turn", async (story) => {
    const second = holdAfterTool();
    const session = await start(`Talk. SCRIPT(${say("amber words")}, bash("true"), ${say("violet words")})`);
    const page = await here.visit(story, sessionPath(session));
    await isShownOnce(page, "amber words");
    await page.reload();
    await isShownOnce(page, "amber words");
    second.release();
    await isShownOnce(page, "violet words");
    assert.equal(await words(page, "amber words").count(), 1);
    await here.world.ended(session.id);
  });

  test("shows the same text in two tabs", async (story) => {
    const hold = here.world.model.hold();
    const session = await start(`Talk. SCRIPT(${say("crimson words")})`);
    const page = await here.visit(story, sessionPath(session));
    const other = await page.context().newPage();
    await other.goto(page.url());
    hold.release();
    await Promise.all([isShownOnce(page, "crimson words"), isShownOnce(other, "crimson words")]);
  });

  test("sends a message and shows the reply", async (story) => {
    const session = await start(`Begin. SCRIPT(${say("ready for more")})`);
    const page = await here.visit(story, sessionPath(session));
    await isShownOnce(page, "ready for more");
    await here.world.ended(session.id);
    await messageField(page).fill(`Go on. SCRIPT(${say("gone on")})`);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await isShownOnce(page, "gone on");
    assert.equal(await messageField(page).inputValue(), "", "clears the field after sending");
    assertSeamless(await here.world.ended(session.id, 2));
  });

  test("resumes by itself after the server is killed and restarted", async (story) => {
    const session = await start(
      `Work. SCRIPT(${say("before it died")}, sleepTool(8), ${say("after it died")})`,
    );
    const page = await here.visit(story, sessionPath(session), { expects: isAway });
    await isShownOnce(page, "before it died");
    await here.world.until(
      session.id,
      ({ eventData }) => eventData.type === "toolCall" && eventData.input !== null,
    );
    await here.world.tembo.kill();
    await here.world.restart();
    await isShownOnce(page, "after it died");
    const events = await here.world.ended(session.id);
    // The agent repeats its text if its history was lost when the server was killed. In that case, the page shows the
    // text twice.
    const texts = ofType(events, "text").map(({ eventData }) => eventData.text);
    assert.equal(
      await words(page, "before it died").count(),
      texts.join("").split("before it died").length - 1,
      "shows the text once per recorded event",
    );
    assertSeamless(events);
  });

  test("shows that it is reconnecting while the server is down, and keeps the draft", async (story) => {
    const session = await start(`Begin. SCRIPT(${say("all is well")})`);
    await here.world.ended(session.id);
    const page = await here.visit(story, sessionPath(session), { expects: isAway });
    await isShownOnce(page, "all is well");
    await messageField(page).fill("A thought that must not be lost");
    await here.world.tembo.kill();
    await page
      .getByText(/Reconnecting/)
      .first()
      .waitFor();
    await isShownOnce(page, "all is well");
    await here.world.restart();
    await page
      .getByText(/Reconnecting/)
      .first()
      .waitFor({ state: "detached", timeout: 60_000 });
    assert.equal(await messageField(page).inputValue(), "A thought that must not be lost");
    await messageField(page).fill(`Go on. SCRIPT(${say("back again")})`);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await isShownOnce(page, "back again");
  });

  test("shows why a turn failed", async (story) => {
    const session = await start(`Fail. SCRIPT(fail(400))`);
    const page = await here.visit(story, sessionPath(session));
    const events = await here.world.ended(session.id);
    const { message } = dataOf(events.at(-1), "turn.failed").error;
    await words(page, message.slice(0, 40)).first().waitFor();
  });

  test("reports an error for a session that does not exist", async (story) => {
    const page = await here.visit(story, "/sessions/0199aaaa-0000-7000-8000-000000000000", {
      expects: /status of 404/,
    });
    await page.getByRole("alert").first().waitFor();
  });

  test("stops a turn", async (story) => {
    const session = await start(`Wait. SCRIPT(${say("waiting now")}, sleepTool(60))`);
    const page = await here.visit(story, sessionPath(session));
    await isShownOnce(page, "waiting now");
    await page.getByRole("button", { name: "Stop turn" }).click();
    const events = await here.world.ended(session.id);
    assert.equal(events.at(-1)?.eventType, "turn.cancelled");
    await page.getByRole("button", { name: "Stop turn" }).waitFor({ state: "detached" });
  });

  for (const [kind, text] of Object.entries(hostileWords)) {
    test(`shows hostile text from an agent as plain text: ${kind}`, async (story) => {
      const session = await start(`Say it. SCRIPT(${say(`${text} ${kind}-end`)})`);
      const page = await here.visit(story, sessionPath(session));
      await words(page, `${kind}-end`).first().waitFor();
      await here.world.ended(session.id);
      assert.equal(await page.evaluate(nothingRan), true);
      assert.equal(await page.evaluate(fitsItsWindow), true);
      const hrefs = await page
        .locator("a")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      assert.deepEqual(
        hrefs.filter((href) => /^\s*(?:javascript|data|vbscript):/i.test(href ?? "")),
        [],
      );
    });
  }

  test("fits a 1 MB line into the window width of a phone", async (story) => {
    const session = await start(
      `Print. SCRIPT(bash("head -c 1000000 /dev/zero | tr '\\\\0' x"), ${say("printed it")})`,
    );
    const page = await here.visit(story, sessionPath(session), { viewport: PHONE });
    await words(page, "printed it").first().waitFor();
    assert.equal(await page.evaluate(fitsItsWindow), true);
  });
});
