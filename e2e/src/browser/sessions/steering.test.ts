import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Tembo } from "@tembo-io/sdk";
import { ofType } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { say } from "../support/say.ts";

describe("session actions", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  test("steers the running turn with a queued message and its files, and keeps the message's ID", async (story) => {
    const { attachments, session } = here.world.client;
    const { id } = await session.create({ prompt: "Be busy. SCRIPT(sleepTool(100))" });
    await here.world.until(id, ({ eventData }) => eventData.type === "toolCall" && eventData.input !== null);
    const notes = await attachments.create({ name: "notes.txt", content: new Blob(["remember"]) });
    await session.messages.create(id, { content: `Later. SCRIPT(${say("said later")})` });
    const { message } = await session.messages.create(id, {
      content: `Sooner. SCRIPT(${say("said sooner")})`,
      attachments: [notes.id],
    });
    const page = await here.visit(story, `/sessions/${id}`);
    const waiting = page.getByRole("listitem").filter({ hasText: "Sooner." });
    await waiting.getByRole("button", { name: "Send now" }).click();
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

  test("lets every member reorder, send and delete a queued message, but lets only the sender edit it", async (story) => {
    const { client } = here.world;
    const { orgId } = await client.me.retrieve();
    const { id: memberId } = await client.organizations.members.create(orgId!, {
      emailAddress: "colleague@example.com",
    });
    const { token } = await client.apiKeys.create({ memberId });
    const colleague = new Tembo({ apiKey: token, baseURL: here.world.url });
    const { id } = await client.session.create({ prompt: "Be busy. SCRIPT(sleepTool(100))" });
    await here.world.until(id, ({ eventData }) => eventData.type === "toolCall" && eventData.input !== null);
    await client.session.messages.create(id, { content: "Sent by me." });
    await colleague.session.messages.create(id, { content: "Sent by a colleague." });
    const page = await here.visit(story, `/sessions/${id}`);
    const offered = (content: string) =>
      page.getByRole("listitem").filter({ hasText: content }).getByRole("button");
    const names = async (content: string) =>
      Promise.all((await offered(content).all()).map((button) => button.getAttribute("aria-label")));
    await page.getByRole("button", { name: "Edit message" }).waitFor();
    const others = ["Send now", "Move up", "Delete message"];
    assert.deepEqual(await names("Sent by a colleague."), others);
    assert.deepEqual(
      await names("Sent by me."),
      ["Send now", "Edit message", "Move down", "Delete message"],
      "control: the sender can edit",
    );
    await offered("Sent by a colleague.").and(page.getByLabel("Move up")).click();
    await offered("Sent by a colleague.").and(page.getByLabel("Move down")).waitFor();
    await offered("Sent by a colleague.").and(page.getByLabel("Delete message")).click();
    await page.getByText("Sent by a colleague.").waitFor({ state: "detached" });
    await client.session.stop(id);
  });

  test("lets only a session's creator make it private, and shows the creator to other members", async (story) => {
    const { client } = here.world;
    const { id } = await client.session.create({ prompt: "Mine.", queueRightAway: false });
    const { orgId } = await client.me.retrieve();
    const { id: memberId } = await client.organizations.members.create(orgId!, {
      emailAddress: "other@example.com",
    });
    const { token } = await client.apiKeys.create({ memberId });
    const otherTembo = new Tembo({ apiKey: token, baseURL: here.world.url });
    const otherSession = await otherTembo.session.create({ prompt: "Theirs.", queueRightAway: false });
    const page = await here.visit(story, `/sessions/${otherSession.id}`);
    await page.getByText("other@example.com").waitFor();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Fork" }).waitFor();
    assert.equal(await page.getByRole("menuitem", { name: "Make private" }).count(), 0);
    await page.goto(`${here.world.url}/sessions/${id}`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Make private" }).click();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Share with the organization" }).waitFor();
    assert.equal((await client.session.retrieve(id)).visibility, "private");
  });
});
