import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { PermissionPolicyUpdate } from "@tembo-io/sdk";
import type { Page } from "playwright-core";
import { steps } from "../../scripted-model/steps.ts";
import { endings, ofType } from "../../support/index.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { joinAsMember } from "../support/member.ts";
import { say } from "../support/say.ts";

describe("conversation in a session", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let organizationId: string;
  before(async () => {
    here = await openBrowserWorld();
    const { client } = here.world;
    organizationId = (await client.me.retrieve()).orgId!;
    await client.users.update((await client.me.retrieve()).userId!, { name: "Ada Lovelace" });
  });
  after(() => here.close());

  const start = (prompt: string, more: { readonly agentOptions?: Record<string, unknown> } = {}) =>
    here.world.client.session.create({ prompt, ...more });
  const sessionPath = ({ id }: { readonly id: string }) => `/sessions/${id}`;
  const waitForText = (page: Page, words: string) => page.getByText(words).first().waitFor();
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
  const choose = async (page: Page, name: string) => {
    await press(page, "More actions");
    await page.getByRole("menuitem", { name }).click();
  };
  const messageField = (page: Page) => page.getByRole("textbox", { name: "Message" });
  const otherTab = async (page: Page) => {
    const other = await page.context().newPage();
    await other.goto(page.url());
    return other;
  };
  const setPolicy = (policy: PermissionPolicyUpdate) =>
    here.world.client.organizations.permissionPolicy.update(organizationId, policy);
  /** Creates a session that works until a user stops or steers it. */
  const busy = async () => {
    const session = await start("Be busy. SCRIPT(sleepTool(100))");
    await here.world.until(session.id, ({ eventType }) => eventType === "toolCall");
    return session;
  };
  const send = async (page: Page, words: string, name: string) => {
    await messageField(page).fill(words);
    await press(page, name);
  };

  test("allows or denies a permission request in place, and updates the other tab", async (story) => {
    await setPolicy({ rules: { execute: "ask" }, timeoutSeconds: 300 });
    story.after(() => setPolicy({ rules: { execute: "allow" } }));
    const session = await start(
      `Run. SCRIPT(bash("echo first-ran > a; cat a"), bash("echo second-ran > b; cat b"), ${say("that is all")})`,
    );
    const page = await here.visit(story, sessionPath(session));
    const other = await otherTab(page);
    const ask = (at: Page) => at.getByRole("article", { name: "Permission needed" });
    await ask(page).getByText("echo first-ran").waitFor();
    assert.match(await page.title(), /Needs you/);
    await ask(other).waitFor();
    await assertAccessible(page, "a pending permission");
    await ask(page).getByRole("button", { name: "Allow", exact: true }).click();
    await waitForText(other, "Allowed by Ada Lovelace");
    await ask(other).getByText("echo second-ran").waitFor();
    await ask(other).getByLabel("Reason for denying (optional)").fill("Once is enough");
    await ask(other).getByRole("button", { name: "Deny" }).click();
    await waitForText(page, "Denied by Ada Lovelace");
    await waitForText(page, "Once is enough");
    await waitForText(page, "that is all");
    assert.equal(await ask(page).count(), 0);
    const events = await here.world.ended(session.id);
    const outputs = ofType(events, "toolCall").map(({ eventData }) => eventData.output ?? "");
    assert.ok(outputs.some((output) => /^first-ran/.test(output)));
    assert.ok(!outputs.some((output) => /^second-ran/.test(output)));
  });

  test("allows a kind of action for the session, and shows who did", async (story) => {
    await setPolicy({ rules: { execute: "ask" }, timeoutSeconds: 300 });
    story.after(() => setPolicy({ rules: { execute: "allow" } }));
    const session = await start(
      `Run. SCRIPT(bash("echo ran-1 > a"), bash("echo ran-2 > b"), bash("echo ran-3 > c"), ${say("that is all")})`,
    );
    const page = await here.visit(story, sessionPath(session));
    const ask = page.getByRole("article", { name: "Permission needed" });
    await ask.getByText("Expires in 5 minutes").waitFor();
    await ask.getByRole("button", { name: "Allow", exact: true }).click();
    await ask.getByText("echo ran-2").waitFor();
    await ask.getByText("“Allow for this session” allows every command in this session.").waitFor();
    await ask.getByRole("button", { name: "Allow for this session" }).click();
    await waitForText(page, "Allowed for this session by Ada Lovelace");
    await waitForText(page, "that is all");
    const requested = ofType(await here.world.ended(session.id), "permission.requested");
    assert.equal(requested.length, 2, "the second command needed an answer, and the third one did not");
  });

  test("answers the agent's question by selecting an option or by entering text", async (story) => {
    here.world.model.script("Ask me twice.", [
      steps.mcp("tembo", "ask_user", { question: "Which color?", choices: ["red", "blue"] }),
      steps.mcp("tembo", "ask_user", { question: "How warm?" }),
      steps.mcp("tembo", "ask_user", { question: "How large?", choices: ["small", "big"] }),
      steps.say("It is asked."),
    ]);
    const session = await start("Ask me twice.");
    const page = await here.visit(story, sessionPath(session));
    const other = await otherTab(page);
    await page.getByRole("button", { name: "blue", exact: true }).click();
    await other.getByRole("button", { name: "red", exact: true }).waitFor({ state: "detached" });
    await page.getByRole("textbox", { name: "Your answer" }).fill("Lukewarm");
    await press(page, "Send answer");
    await page.getByRole("button", { name: "small", exact: true }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Your answer" }).count(), 0);
    await press(page, "Other answer");
    await assertAccessible(page, "another answer to a question with choices");
    await page.getByRole("textbox", { name: "Your answer" }).fill("Rather medium");
    await press(page, "Send answer");
    await waitForText(page, "It is asked.");
    for (const words of ["Lukewarm", "Rather medium"]) await waitForText(other, words);
    const results = here.world.model.requests.map(({ lastToolResult }) => lastToolResult ?? "");
    assert.ok(
      results.some((result) => result.includes("Rather medium")),
      "the agent receives the answer",
    );
    const answers = ofType(await here.world.ended(session.id), "question.answered");
    assert.deepEqual(
      answers.map(({ eventData }) => [eventData.answer, eventData.by]),
      [
        ["blue", "person"],
        ["Lukewarm", "person"],
        ["Rather medium", "person"],
      ],
    );
  });

  test("lists a session under Needs you while a question is pending", async (story) => {
    here.world.model.script("Ask me once.", [
      steps.mcp("tembo", "ask_user", { question: "Which shade?", choices: ["dark", "bright"] }),
      steps.say("It is asked."),
    ]);
    const session = await start("Ask me once.");
    const page = await here.visit(story, "/sessions");
    await page.getByRole("combobox", { name: "State" }).click();
    await page.getByRole("option", { name: "Needs you" }).click();
    await page.waitForURL((url) => url.searchParams.get("state") === "needsYou");
    const row = page.getByRole("link", { name: /Ask me once/ });
    await row.getByText("Waits for an answer").waitFor();
    await row.getByRole("img", { name: "Needs you" }).waitFor();
    await row.click();
    await page.locator("header").getByRole("img", { name: "Needs you" }).waitFor();
    await press(page, "dark");
    await waitForText(page, "It is asked.");
    await here.world.ended(session.id);
    await page.goBack();
    await page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
    await page.getByRole("link", { name: /Ask me once/ }).waitFor({ state: "detached" });
  });

  test("edits, reorders and deletes queued messages, and sends the agent the result", async (story) => {
    const session = await busy();
    const page = await here.visit(story, sessionPath(session));
    await page.getByRole("button", { name: "Queue", exact: true }).waitFor();
    for (const words of ["one", "two", "three"]) await send(page, `Number ${words}.`, "Queue");
    const queue = page.getByRole("region", { name: /queued messages?$/ });
    const item = (words: string) => queue.getByRole("listitem").filter({ hasText: words });
    const inQueue = async (...words: readonly string[]) => {
      for (const [at, text] of words.entries())
        await queue.getByRole("listitem").nth(at).getByText(text).waitFor();
      await queue.getByRole("listitem").nth(words.length).waitFor({ state: "detached" });
    };
    await inQueue("Number one.", "Number two.", "Number three.");
    await assertAccessible(page, "queued messages");
    await item("Number two.").getByRole("button", { name: "Edit message" }).click();
    await queue
      .getByRole("textbox", { name: "Edit message" })
      .fill(`Number two. SCRIPT(${say("second fixed")})`);
    await queue.getByRole("button", { name: "Save" }).click();
    await item("Number two. SCRIPT").waitFor();
    await item("Number two.").getByRole("button", { name: "Move up" }).click();
    await inQueue("Number two.", "Number one.", "Number three.");
    await item("Number one.").getByRole("button", { name: "Delete message" }).click();
    await inQueue("Number two.", "Number three.");
    await item("Number three.").getByRole("button", { name: "Delete message" }).click();
    await inQueue("Number two.");
    await page.reload();
    await inQueue("Number two.");
    await press(page, "Stop turn");
    await waitForText(page, "second fixed");
    await queue.waitFor({ state: "detached" });
    const events = await here.world.ended(session.id, 2);
    assert.equal(ofType(events, "turn.started").length, 2);
  });

  test("steers the running turn with a queued message, and with a message from the composer", async (story) => {
    for (const isQueuedFirst of [true, false]) {
      const session = await busy();
      const page = await here.visit(story, sessionPath(session));
      await page.getByRole("button", { name: "Queue", exact: true }).waitFor();
      await send(page, `Rather so. SCRIPT(${say("steered words")})`, isQueuedFirst ? "Queue" : "Send now");
      if (isQueuedFirst) await page.getByRole("listitem").getByRole("button", { name: "Send now" }).click();
      await waitForText(page, "steered words");
      await waitForText(page, "Sent mid-turn");
      assert.equal(await messageField(page).inputValue(), "");
      assert.equal(endings(await here.world.ended(session.id)).length, 1);
    }
  });

  test("shows a plan, requests changes, and approves it", async (story) => {
    const session = await start(`Plan. SCRIPT(${say("# A red kettle\n\nPaint it red.")})`, {
      agentOptions: { mode: "planning" },
    });
    const page = await here.visit(story, sessionPath(session));
    const plan = (title: string) =>
      page.getByRole("article", { name: "Proposed plan" }).filter({ hasText: title });
    await plan("A red kettle").getByText("Paint it red.").waitFor();
    await waitForText(page, "Plan first");
    await assertAccessible(page, "a proposed plan");
    await plan("A red kettle").getByRole("button", { name: "Request changes" }).click();
    await page
      .getByLabel("What should change?")
      .fill(`Not red. SCRIPT(${say("# A blue kettle\n\nPaint it blue.")})`);
    await plan("A red kettle").getByRole("button", { name: "Request changes" }).click();
    await plan("A blue kettle").getByText("Paint it blue.").waitFor();
    await plan("A red kettle").getByText("A newer plan replaced this one.").waitFor();
    const other = await otherTab(page);
    await other.getByRole("button", { name: "Approve" }).waitFor();
    await plan("A blue kettle").getByRole("button", { name: "Edit" }).click();
    await page
      .getByLabel("Plan (Markdown)")
      .fill(`# A blue kettle\n\nTwo coats. SCRIPT(${say("painted it")})`);
    await press(page, "Save");
    await plan("A blue kettle").getByText("Two coats.").waitFor();
    await press(page, "Approve");
    for (const at of [page, other]) await waitForText(at, "Plan approved");
    await waitForText(page, "painted it");
    await here.world.ended(session.id, 3);
    // The closed list of modes still has the text.
    await page.getByText("Plan first").filter({ visible: true }).waitFor({ state: "detached" });
  });

  test("resends the message of a failed turn", async (story) => {
    here.world.model.script("Try it.", [steps.fail(400)]);
    const session = await start("Try it.");
    await here.world.ended(session.id);
    here.world.model.script("Try it.", [steps.say("now it worked")]);
    const page = await here.visit(story, sessionPath(session));
    await press(page, "Send again");
    await waitForText(page, "now it worked");
    assert.equal(endings(await here.world.ended(session.id, 2)).at(-1)!.eventType, "turn.completed");
  });

  test("renames a session, and shows the new title in another tab and after a reload", async (story) => {
    const session = await start(`Talk. SCRIPT(${say("hello there")})`);
    await here.world.ended(session.id);
    const page = await here.visit(story, sessionPath(session));
    const other = await otherTab(page);
    await other.getByRole("heading", { level: 1, name: "Talk" }).waitFor();
    await press(page, "Edit title");
    await page.getByRole("textbox", { name: "Title" }).fill("The kettle sings");
    await page.keyboard.press("Enter");
    for (const at of [page, other])
      await at.getByRole("heading", { level: 1, name: "The kettle sings" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "The kettle sings" }).waitFor();
    await send(page, `More. SCRIPT(${say("from the first tab")})`, "Send");
    await waitForText(other, "from the first tab");
  });

  test("forks a session, continues the fork, and leaves the original unchanged", async (story) => {
    const session = await start(`Begin. SCRIPT(${say("the beginning")})`);
    await here.world.ended(session.id);
    const page = await here.visit(story, sessionPath(session));
    await waitForText(page, "the beginning");
    await choose(page, "Fork");
    await page.waitForURL((url) => /\/sessions\/./.test(url.pathname) && !url.href.includes(session.id));
    await send(page, `Go on. SCRIPT(${say("another way")})`, "Start");
    await waitForText(page, "another way");
    assert.equal(endings(await here.world.events(session.id)).length, 1, "the original session is unchanged");
  });

  test("hides a private session from another member, and copies the session's link", async (story) => {
    const member = await joinAsMember(here, story, "Ada");
    const session = await start(`Whisper. SCRIPT(${say("a secret")})`);
    await here.world.ended(session.id);
    const link = member.getByRole("link", { name: /Whisper/ });
    await link.waitFor();
    const page = await here.visit(story, sessionPath(session), {
      context: { permissions: ["clipboard-read", "clipboard-write"] },
    });
    await choose(page, "Copy link");
    await waitForText(page, "Link copied");
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), page.url());
    await choose(page, "Make private");
    await press(page, "More actions");
    await page.getByRole("menuitem", { name: "Share with the organization" }).waitFor();
    await member.reload();
    await member.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
    await link.waitFor({ state: "detached" });
    await page.getByRole("menuitem", { name: "Share with the organization" }).click();
    await page.getByRole("menuitem").first().waitFor({ state: "detached" });
    await press(page, "More actions");
    await page.getByRole("menuitem", { name: "Make private" }).waitFor();
    await member.reload();
    await link.waitFor();
  });

  test("lets an admin allow a blocked host, and refers a member to an admin", async (story) => {
    const { egress } = here.world.client.organizations;
    const { id } = await start(
      `Ask. SCRIPT(bash("curl -sS https://kettle.example.com/ ; true"), ${say("asked it")})`,
    );
    await here.world.ended(id);
    const row = (at: Page) =>
      at.getByRole("article", { name: "Blocked connection to kettle.example.com:443" });
    const allow = { name: "Allow for the organization" };
    const member = await joinAsMember(here, story, "Bo");
    await member.goto(`${here.world.url}/sessions/${id}`);
    await row(member).getByText("An organization admin can allow this host.").waitFor();
    assert.equal(await row(member).getByRole("button", allow).count(), 0);
    const page = await here.visit(story, `/sessions/${id}`);
    await row(page).getByRole("button", allow).click();
    await row(page)
      .getByText(/^Allowed for the organization/)
      .waitFor();
    assert.deepEqual(await egress.retrieve(organizationId), {
      preset: "custom",
      allow: ["kettle.example.com"],
    });
  });
});
