import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { steps } from "../../scripted-model/steps.ts";
import { dataOf, ofType } from "../../support/index.ts";
import { makeOwnAgent } from "../../support/programs/own-agent.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";

/** Source of an agent that reports tool calls, and waits for the file `go-on` before its last call. */
const source = `
  const { existsSync } = require("node:fs");
  let calls = 0;
  const call = (kind, title, more) =>
    update({ sessionUpdate: "tool_call", toolCallId: "call" + calls++, kind, title, status: "completed", ...more });
  const output = (text) => ({ content: [{ type: "content", content: { type: "text", text } }] });
  const edit = (path, oldText, newText) => ({ content: [{ type: "diff", path, oldText, newText }] });
  say("I look at the lamp.");
  call("read", "Read lamp.ts");
  call("read", "Read lamp.test.ts");
  call("edit", "Edit lamp.ts", edit("lamp.ts", "off\\n", "on\\nbright\\n"));
  call("edit", "Edit switch.ts", { ...edit("switch.ts", "a\\n", "b\\n"), status: "failed" });
  say("The lamp is on.");
  call("execute", "npm test", output("4 tests passed\\nin 2 s"));
  call("execute", "npm run lint", output("no problems"));
  while (!existsSync("go-on")) await wait(50);
  say("All is bright.");
`;

/** Start time of this process as in the owner file of an installation lock. */
async function ownIdentity(): Promise<string> {
  const stat = await readFile(`/proc/${process.pid}/stat`, "utf8");
  return `${process.pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
}

const open = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();
const isOpen = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name }).getAttribute("aria-expanded");

describe("transcript of a session", { skip: noBrowser }, () => {
  let agent: Awaited<ReturnType<typeof makeOwnAgent>>;
  let here: BrowserWorld;
  before(async () => {
    agent = await makeOwnAgent(source);
    here = await openBrowserWorld({ prepare: agent.prepare });
  });
  after(async () => {
    await here.close();
    await agent[Symbol.asyncDispose]();
  });

  test("groups tool calls, shows the failed ones, and opens the last group while the agent works", async (story) => {
    const session = await here.world.client.session.create({ prompt: "Light the lamp.", agent: "own:small" });
    const page = await here.visit(story, `/sessions/${session.id}`);
    const first = /^Explored 2 files, edited 1 file.*1 edit failed$/;
    const last = /^Ran 2 commands/;
    await page.getByRole("button", { name: last }).waitFor();
    assert.equal(await isOpen(page, last), "true");
    await page.getByRole("button", { name: /^npm test 4 tests passed/ }).waitFor();
    assert.equal(await isOpen(page, first), "false");
    assert.equal(await page.getByText("Read lamp.test.ts").count(), 0);
    await open(page, first);
    await page.getByText("Read lamp.test.ts").waitFor();
    const row = page.getByRole("button", { name: /^Edit lamp.ts/ });
    await row.getByRole("img", { name: "2 lines added, 1 removed" }).waitFor();
    await page.getByRole("img", { name: "Failed" }).waitFor();
    await assertAccessible(page, "open groups");

    const terminal = await here.world.client.session.terminal(session.id);
    terminal.write("touch go-on; exit\r");
    for await (const _shown of terminal);
    await here.world.ended(session.id);
    await page.getByRole("button", { name: "Fold turn" }).waitFor();
    assert.equal(await isOpen(page, last), "false", "the last group closes with its turn");
    assert.equal(await isOpen(page, first), "true", "a group that the user opened stays open");

    await open(page, "Fold turn");
    await page.getByText("I look at the lamp.").waitFor({ state: "detached" });
    assert.equal(await page.getByRole("button", { name: first }).count(), 0);
    await page.getByText("All is bright.").waitFor();
    await open(page, "Unfold turn");
    await page.getByText("I look at the lamp.").waitFor();

    const phone = await here.visit(story, `/sessions/${session.id}`, { viewport: PHONE, scheme: "dark" });
    await open(phone, last);
    await phone.getByRole("button", { name: /^npm run lint/ }).waitFor();
    assert.equal(await phone.evaluate(fitsItsWindow), true);
    await assertAccessible(phone, "open groups on a phone, dark");
  });

  test("shows one row for a call of a session tool, with a readable name", async (story) => {
    here.world.model.script("Save a report.", [
      steps.mcp("tembo", "createArtifact", { title: "Report", content: "# Report", outputType: "markdown" }),
      steps.mcp("tembo", "ask_user", { question: "Which color?", choices: ["red", "blue"] }),
      steps.mcp("tembo", "get_services", {}),
      steps.say("It is saved."),
    ]);
    const session = await here.world.client.session.create({ prompt: "Save a report." });
    const page = await here.visit(story, `/sessions/${session.id}`);
    await page.getByRole("article", { name: "Question from the agent" }).waitFor();
    assert.equal(await page.getByText(/ask_user|Ask a question/).count(), 0);
    await open(page, "blue");
    await page.getByText("It is saved.").waitFor();
    const events = await here.world.ended(session.id);
    assert.equal(ofType(events, "artifact.created").length, 1);
    assert.ok(ofType(events, "toolCall").some(({ eventData }) => /ask_user/.test(eventData.title)));
    assert.equal(
      await page
        .getByText("Report", { exact: false })
        .filter({ hasText: /^Saved/ })
        .count(),
      1,
    );
    assert.equal(await page.getByRole("button", { name: /^List services/ }).count(), 1);
    assert.equal(await page.getByText(/tembo__|createArtifact|ask_user|get_services/).count(), 0);
  });

  test("does not show a success if nothing changed because an edit failed", async (story) => {
    const repository = await here.world.repository("house/lamp", { "a.txt": "off\n" });
    const endOf = async (old: string) => {
      const prompt = `Replace ${old}.`;
      here.world.model.script(prompt, [
        steps.read("a.txt"),
        steps.edit("a.txt", old, "on"),
        steps.say("I replaced it."),
      ]);
      const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
      await here.world.ended(session.id);
      const page = await here.visit(story, `/sessions/${session.id}`);
      return page.getByRole("article", { name: "Completed" }).textContent();
    };
    assert.match((await endOf("dark")) ?? "", /^Finished without changes\. 1 edit failed\./);
    assert.match((await endOf("off")) ?? "", /^Finished\. The changes are in the pull request\./);
  });

  test("shows the reason of a failed turn once", async (story) => {
    const session = await here.world.client.session.create({ prompt: "Fail. SCRIPT(fail(400))" });
    const events = await here.world.ended(session.id);
    const { message } = dataOf(events.at(-1), "turn.failed").error;
    const reason = "The script fails this request with 400.";
    assert.ok(message.includes(reason), message);
    const texts = ofType(events, "text").map(({ eventData }) => eventData.text);
    assert.ok(texts.join("").includes(reason), "the agent wrote the reason too");
    const page = await here.visit(story, `/sessions/${session.id}`);
    await page.getByRole("article", { name: "Failed" }).getByText(reason).waitFor();
    assert.equal(await page.getByText(reason).count(), 1);
  });
});

describe("installation of a harness", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let lock: string;
  before(async () => {
    const installed = await readdir(process.env.TEMBO_TEST_HARNESS_DIR ?? "");
    const name = installed.find((folder) => folder.startsWith("claudeCode@"));
    assert.ok(name !== undefined, "The test harness folder has no default harness.");
    here = await openBrowserWorld({
      // Another process, this one, holds the lock of the installation.
      prepare: async (dataDir) => {
        lock = join(dataDir, "harnesses", `${name}.lock`);
        await mkdir(lock, { recursive: true });
        await writeFile(join(lock, "owner"), await ownIdentity());
      },
    });
  });
  after(() => here.close());

  test("is one row that is updated, also after a reload, and one line afterwards", async (story) => {
    const session = await here.world.client.session.create({ prompt: 'Talk. SCRIPT(say("Here I am."))' });
    const page = await here.visit(story, `/sessions/${session.id}`);
    const rows = page.getByText(/another process is installing it, waited/);
    let reports = 0;
    const events = await here.world.until(session.id, ({ eventData }) => {
      if (eventData.type === "notice" && eventData.activity === "install") reports += 1;
      return reports === 3;
    });
    const { message } = dataOf(events.at(-1), "notice");
    await rows.getByText(message).or(rows).first().waitFor();
    assert.equal(await rows.count(), 1);
    await page.reload();
    await rows.first().waitFor();
    assert.equal(await rows.count(), 1);
    await rm(lock, { recursive: true });
    await page.getByText("Here I am.").waitFor();
    const line = page.getByRole("button", { name: /^Starting / });
    await line.waitFor();
    assert.equal(await rows.count(), 0);
    await here.world.ended(session.id);
    await page.reload();
    await line.click();
    await page.getByText(/copied from|downloaded|another process has installed it/).waitFor();
  });
});
