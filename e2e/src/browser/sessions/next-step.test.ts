import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { steps } from "../../scripted-model/steps.ts";
import { eventually } from "../../support/api-edge.ts";
import { API_KEY, remoteFile } from "../../support/index.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";
import { say } from "../support/say.ts";

describe("next step of a session", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const sessionPath = ({ id }: { readonly id: string }) => `/sessions/${id}`;
  const card = (page: Page) => page.getByRole("region", { name: "Next step" });
  const button = (page: Page, name: string) => card(page).getByRole("button", { name, exact: true });
  const headerMark = (page: Page, name: string) =>
    page.getByRole("main").locator("header").first().getByRole("img", { name, exact: true });

  test("offers review and merge, and shows the merge in another tab without a reload", async (story) => {
    const repository = await here.world.repository("house/kettle", { "a.txt": "1\n" });
    const prompt = `Fix the kettle. SCRIPT(write("b.txt", "1\\n"), write("c.txt", "2\\n"), ${say("It is fixed")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
    await here.world.ended(session.id);
    const page = await here.visit(story, sessionPath(session));
    const other = await page.context().newPage();
    await other.goto(page.url());
    await card(page).getByText("The pull request is open.").waitFor();
    await headerMark(page, "Completed").waitFor();
    await page.getByRole("tab", { name: "Changes 2" }).waitFor();
    await page.getByRole("tab", { name: "Pull requests 1" }).waitFor();
    const lines = await page.getByRole("tab").evaluateAll((tabs) =>
      tabs.map((tab) => {
        const label = tab.querySelector(".mantine-Tabs-tabLabel")!;
        const range = tab.ownerDocument.createRange();
        range.selectNodeContents(label.firstChild!);
        return { lines: range.getClientRects().length, isCut: label.scrollWidth > tab.clientWidth };
      }),
    );
    assert.ok(lines.length > 5 && lines.every((one) => one.lines === 1 && !one.isCut), JSON.stringify(lines));
    await button(page, "Merge").waitFor();
    await assertAccessible(page, "the next step with a pull request");
    await card(page).getByRole("link", { name: "Review" }).click();
    await page.getByRole("heading", { level: 1, name: /Fix the kettle/ }).waitFor();
    await page.goBack();
    await button(page, "Merge").click();
    await card(page).getByText("Merge this pull request into main?").waitFor();
    await assert.rejects(remoteFile(repository.url, API_KEY, "main", "b.txt"), "control: not merged yet");
    await card(page).getByRole("button", { name: "Confirm merge" }).click();
    for (const at of [page, other]) {
      await card(at).getByText("Merged", { exact: false }).first().waitFor();
      await headerMark(at, "Merged").waitFor();
      assert.equal(await button(at, "Merge").count(), 0);
    }
    assert.equal(await remoteFile(repository.url, API_KEY, "main", "b.txt"), "1");
    await button(page, "Start a follow-up").click();
    assert.equal(
      await page
        .getByRole("textbox", { name: "Message" })
        .evaluate((field) => field.ownerDocument.activeElement === field),
      true,
    );
  });

  test("offers another model after a failure, and a follow-up after a turn without a pull request", async (story) => {
    here.world.model.script("Try it.", [steps.fail(400)]);
    const session = await here.world.client.session.create({ prompt: "Try it." });
    await here.world.ended(session.id);
    here.world.model.script("Try it.", [steps.say("now it worked")]);
    const page = await here.visit(story, sessionPath(session), { viewport: PHONE, scheme: "dark" });
    await card(page).getByText("The last turn failed.").waitFor();
    await assertAccessible(page, "the next step after a failure");
    assert.ok(await page.evaluate(fitsItsWindow));
    const { agent } = await here.world.client.sessions.retrieve(session.id);
    await button(page, "Try again with another model").click();
    await page.getByRole("menuitem").first().click();
    await page.getByText("now it worked").first().waitFor();
    await here.world.ended(session.id, 2);
    assert.notEqual((await here.world.client.sessions.retrieve(session.id)).agent, agent);
    await card(page).getByText("The agent has finished.").waitFor();
    await button(page, "Start a follow-up").waitFor();
  });

  test("names no next step while the agent works, and shows that there is something new below", async (story) => {
    const text = Array.from({ length: 120 }, (_, at) => `Line ${at}\n`).join("\n");
    here.world.model.script("Write much.", [steps.say(text)]);
    const session = await here.world.client.session.create({ prompt: "Write much." });
    await here.world.ended(session.id);
    const page = await here.visit(story, sessionPath(session));
    await button(page, "Start a follow-up").waitFor();
    await page.getByText("Line 119").waitFor();
    const transcript = page.getByRole("region", { name: "Transcript" });
    await transcript.hover();
    // The list ignores a scroll that coincides with a change of its height, as while the rows are measured.
    await eventually(async () => {
      await page.mouse.wheel(0, -2_000);
      return await transcript.evaluate((list) => list.scrollTop < list.scrollHeight - 1_500);
    });
    const below = page.getByRole("button", { name: "Jump to latest" });
    assert.equal(await below.count(), 0, "nothing is new");
    here.world.model.script("And wait.", [steps.sleepTool(100)]);
    await here.world.client.messages.create({ sessionId: session.id, content: "And wait." });
    await below.waitFor();
    await page.getByText(/^Working for/).waitFor();
    assert.equal(await card(page).count(), 0);
    await below.click();
    await below.waitFor({ state: "detached" });
  });

  test("names the saved agent of a session as its author, and links to it", async (story) => {
    const { agents, sessions } = here.world.client;
    here.world.model.script(/what is old/, [steps.say("Nothing is old.")]);
    const paragraph = { type: "paragraph", content: [{ type: "text", text: "Look at what is old." }] };
    const { id } = await agents.create({
      name: "Dust inspector",
      instructions: { type: "doc", content: [paragraph] },
    });
    const { jobId } = await agents.runs.create(id);
    await eventually(async () => (await agents.runs.retrieve(id, jobId)).status === "completed");
    const { items } = await sessions.list({ limit: 100 });
    const session = items.find(({ agentId }) => agentId === id)!;
    const page = await here.visit(story, sessionPath(session));
    const link = page.getByRole("link", { name: "Agent Dust inspector" });
    await page.getByRole("article", { name: "Message from Dust inspector" }).waitFor();
    assert.equal(await link.count(), 2, "in the header and as the author of the message");
    await assertAccessible(page, "a session of a saved agent");
    await link.first().click();
    await page.waitForURL((url) => url.pathname === `/agents/${id}`);
  });
});
