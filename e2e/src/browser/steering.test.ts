import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ofType } from "../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "./support/browser-world.ts";
import { say } from "./support/spoken.ts";

describe("what is done with a session from its page", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  test("a message that waits is put into the running turn, with its files, and is the same message", async (story) => {
    const { attachments, session } = here.world.client;
    const { id } = await session.create({ prompt: "Be busy. SCRIPT(sleepTool(60))" });
    await here.world.until(
      id,
      ({ eventType, eventData }) => eventType === "toolCall" && eventData.input !== null,
    );
    const notes = await attachments.create({ name: "notes.txt", content: new Blob(["remember"]) });
    await session.messages.create(id, { content: `Later. SCRIPT(${say("said later")})` });
    const { message } = await session.messages.create(id, {
      content: `Sooner. SCRIPT(${say("said sooner")})`,
      attachments: [notes.id],
    });
    const page = await here.visit(story, `/sessions/${id}`);
    const waiting = page.getByRole("listitem").filter({ hasText: "Sooner." });
    await waiting.getByRole("button", { name: "Put it into the running turn" }).click();
    await page.getByText("said sooner", { exact: true }).waitFor();
    await page.getByText("notes.txt").first().waitFor();
    await page.getByText("said later", { exact: true }).waitFor();
    const events = await here.world.ended(id, 2);
    assert.deepEqual(
      ofType(events, "message.steered").map(({ messageId }) => messageId),
      [message.id],
    );
    assert.deepEqual(ofType(events, "message.deleted"), []);
  });
});
