import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { dataOf } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { joinAsMember } from "../support/member.ts";
import { noModelKeys } from "../support/no-model-keys.ts";
import { say } from "../support/say.ts";

const start = (page: Page) => page.getByRole("button", { name: "Start", exact: true });
const message = (page: Page) => page.getByRole("textbox", { name: "Message" });

describe("starting and stopping sessions", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const draft = (prompt: string) => here.world.client.session.create({ prompt, queueRightAway: false });
  /** Returns the content of a session's only message, after its turn. */
  async function sentText(id: string): Promise<string> {
    await here.world.ended(id);
    const { items } = await here.world.client.sessions.messages.list(id);
    assert.equal(items.length, 1);
    return items[0]!.content;
  }

  test("starts a draft as it is, or with a changed task", async (story) => {
    const task = `Paint it. SCRIPT(${say("painted")})`;
    for (const [given, wanted] of [
      [null, task],
      [`Polish it. SCRIPT(${say("polished")})`, `Polish it. SCRIPT(${say("polished")})`],
    ] as const) {
      const { id } = await draft(task);
      const page = await here.visit(story, `/sessions/${id}`);
      await page.getByText("This session is a draft.").waitFor();
      await start(page).waitFor();
      assert.equal(await message(page).inputValue(), task);
      if (given !== null) await message(page).fill(given);
      await start(page).click();
      assert.equal(await sentText(id), wanted);
      await page.getByText("This session is a draft.").waitFor({ state: "detached" });
      assert.equal(await message(page).inputValue(), "", "the task is not offered again");
    }
  });

  test("empties the unchanged task of a draft that another page starts, and keeps a changed one", async (story) => {
    const task = `Dust it. SCRIPT(${say("dusted")})`;
    for (const [typed, left] of [
      [task, ""],
      ["Something else", "Something else"],
    ] as const) {
      const { id } = await draft(task);
      const page = await here.visit(story, `/sessions/${id}`);
      await start(page).waitFor();
      await message(page).fill(typed);
      await here.world.client.messages.create({ sessionId: id, content: task });
      await page.getByText("This session is a draft.").waitFor({ state: "detached" });
      assert.equal(await message(page).inputValue(), left);
    }
  });

  test("lets another member add to a public draft, but not change its task", async (story) => {
    const task = `Water it. SCRIPT(${say("watered")})`;
    const { id } = await draft(task);
    const page = await joinAsMember(here, story, "Grace");
    await page.goto(`${here.world.url}/sessions/${id}`);
    await page.getByText("Your message is added to its task and starts it.").waitFor();
    await page.locator("blockquote").getByText("Water it.").waitFor();
    assert.equal(await message(page).inputValue(), "");
    await message(page).fill("Also the fern.");
    await start(page).click();
    assert.equal(await sentText(id), `${task}\n\nAlso the fern.`);
  });

  test("stops a turn and clears the queue", async (story) => {
    here.world.model.hold();
    const { id } = await here.world.client.session.create({ prompt: "Wait." });
    const page = await here.visit(story, `/sessions/${id}`);
    await page.getByRole("button", { name: "Stop turn" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Stop options" }).count(), 0, "control");
    for (const content of ["First.", "Second."])
      await here.world.client.messages.create({ sessionId: id, content });
    await page.getByRole("button", { name: "Stop options" }).click();
    await page.getByRole("menuitem", { name: "Stop turn and clear the queue (2)" }).click();
    const events = await here.world.ended(id);
    assert.equal(events.at(-1)?.eventType, "turn.cancelled");
    await page.getByRole("button", { name: "Stop turn" }).waitFor({ state: "detached" });
    const { state } = await here.world.client.sessions.retrieve(id);
    assert.equal(state.current, "cancelled", "no queued message started");
    assert.ok(dataOf(events[0], "session.created"));
  });

  test("leads to the archived sessions when no other session is left", async (story) => {
    const { client } = here.world;
    for (const { id } of (await client.sessions.list({ limit: 100 })).items)
      await client.sessions.update(id, { archived: true });
    const page = await here.visit(story, "/sessions");
    await page.getByText("All sessions are archived.").waitFor();
    await page.getByRole("combobox", { name: "State" }).waitFor();
    await page.getByRole("button", { name: "Show archived sessions" }).click();
    await page.getByRole("list", { name: "Session list" }).getByRole("link").first().waitFor();
  });
});

describe("a server without model keys", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld({ env: noModelKeys });
  });
  after(() => here.close());

  test("states before the start which key is missing, and starts after the key was added", async (story) => {
    const page = await here.visit(story, "/sessions/new");
    await page.getByRole("textbox", { name: "Task" }).fill("Say hello");
    const warning = page.getByRole("alert").filter({ hasText: "This agent cannot run yet" });
    await warning.getByText(/API key/).waitFor();
    assert.equal(await start(page).isDisabled(), true);
    await page.keyboard.press("Control+Enter");
    assert.equal((await here.world.client.sessions.list()).items.length, 0);
    await warning.getByRole("link", { name: "Open model settings" }).click();
    await page.waitForURL(/\/settings\/models$/);

    const { orgId } = await here.world.client.me.retrieve();
    await here.world.client.organizations.settings.update(orgId!, { anthropicApiKey: "a-key" });
    await page.goto(`${here.world.url}/sessions/new`);
    await start(page).and(page.locator(":enabled")).waitFor();
    assert.equal(await warning.count(), 0);
  });
});
