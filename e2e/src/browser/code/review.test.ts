import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { API_KEY, ofType, pushFiles, remoteFile } from "../../support/index.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow, hostileWords, nothingRan } from "../support/hostile.ts";
import { joinAsMember } from "../support/member.ts";
import { say } from "../support/say.ts";

describe("pull request review", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const thread = (page: Page, line: number) =>
    page.getByRole("region", { name: `Thread on fixed.txt, line ${line}`, exact: true });
  const suggested = (...lines: string[]) => ["```suggestion", ...lines, "```"].join("\n");

  const commentsUrl = /\/comments\?/;

  /** Creates a session that opens a pull request with a new file of three lines. */
  async function opened(name: string) {
    const repository = await here.world.repository(`house/${name}`, { "a.txt": "1\n" });
    const prompt = `Fix the ${name}. SCRIPT(write("fixed.txt", "one\\ntwo\\nthree\\n"), ${say("It is fixed")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
    await here.world.ended(session.id);
    const { items } = await here.world.client.pullRequests.list({ repositoryIds: [repository.id] });
    const { id, sourceBranch } = items[0]!;
    const { comments } = here.world.client.pullRequests;
    return {
      id,
      session,
      repository,
      branch: sourceBranch!,
      files: `/review/${id}?tab=files`,
      on: (line: number, body: string) => comments.create(id, { body, place: { path: "fixed.txt", line } }),
      fixed: () => remoteFile(repository.url, API_KEY, sourceBranch!, "fixed.txt"),
    };
  }

  test("keeps a line comment after a reload, and lets another person reply and resolve the thread", async (story) => {
    const { files } = await opened("kettle");
    const page = await here.visit(story, files);
    await button(page, "Comment on line 2").click();
    await page.getByLabel("From line").selectOption("1");
    await page.getByRole("textbox", { name: "Comment on line 2" }).fill("Why **these** two?");
    await button(page, "Add comment").click();
    await thread(page, 2).getByText("these", { exact: true }).waitFor();
    await page.reload();
    await thread(page, 2).getByText("Lines 1 to 2").waitFor();
    const other = await joinAsMember(here, story, "Grace");
    await other.goto(`${here.world.url}${files}`);
    await thread(other, 2).getByRole("button", { name: "Reply" }).click();
    await other.getByRole("textbox", { name: "Write a reply" }).fill("They belong together.");
    await thread(other, 2).getByRole("button", { name: "Reply" }).click();
    await thread(other, 2).getByText("They belong together.").waitFor();
    await button(other, "Resolve").click();
    await thread(other, 2)
      .getByText(/^Resolved by Grace/)
      .waitFor();
    await page.reload();
    await button(page, "Show thread").click();
    await thread(page, 2).getByText("They belong together.").waitFor();
  });

  test("prefills a suggestion with the selected lines, commits it, and updates the changes and commits", async (story) => {
    const { files, fixed } = await opened("lamp");
    const page = await here.visit(story, files);
    await button(page, "Comment on line 2").click();
    await button(page, "Suggest a change").click();
    const field = page.getByRole("textbox", { name: "Comment on line 2" });
    assert.equal(await field.inputValue(), `${suggested("two")}\n`);
    await field.fill(suggested("TWO", "and a half"));
    await button(page, "Add comment").click();
    await button(page, "Apply suggestion").click();
    await page.getByRole("button", { name: "Comment on line 4" }).waitFor();
    assert.equal(await fixed(), "one\nTWO\nand a half\nthree");
    await page.getByRole("tab", { name: "Commits" }).click();
    await page.getByText("Apply a suggestion to fixed.txt").waitFor();
  });

  test("states why a comment on a removed line cannot suggest a change", async (story) => {
    const { files, repository, branch } = await opened("sink");
    await pushFiles(repository.url, API_KEY, branch, { "a.txt": "2\n" }, "Two");
    const page = await here.visit(story, files);
    await button(page, "Comment on removed line 1").click();
    await page.getByText("this line was removed").waitFor();
    assert.equal(await button(page, "Suggest a change").count(), 0);
    await page.getByRole("textbox", { name: "Comment on removed line 1" }).press("Escape");
    await button(page, "Comment on line 2").click();
    await button(page, "Suggest a change").waitFor();
    assert.equal(await page.getByText("this line was removed").count(), 0, "control");
  });

  test("keeps the title and the merge state in view while the page scrolls", async (story) => {
    const { id, on } = await opened("bath");
    for (let at = 0; at < 8; at++) await on(1, `Comment ${at}\n\n${"word ".repeat(80)}`);
    const page = await here.visit(story, `/review/${id}`);
    await page.getByText("Comment 7").waitFor();
    await page.getByRole("link", { name: "Ready to merge" }).waitFor();
    await page.getByRole("textbox", { name: "Comment", exact: true }).focus();
    const isInView = (text: string | RegExp) =>
      page.getByRole(text === "Ready to merge" ? "link" : "heading", { name: text }).evaluate((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top >= 0 && bottom <= 60;
      });
    assert.equal(await isInView(/Fix the bath/), true);
    assert.equal(await isInView("Ready to merge"), true);
    assert.ok((await page.getByRole("tab", { name: "Files" }).boundingBox())!.y < 0, "control: it scrolled");
  });

  test("approves a pull request, requests changes, and rejects a review of an earlier commit", async (story) => {
    const { id, repository, branch } = await opened("door");
    const other = await joinAsMember(here, story, "Mary");
    await other.goto(`${here.world.url}/review/${id}?tab=files`);
    await button(other, "Review").click();
    const form = other.getByRole("dialog");
    await form.getByRole("textbox").waitFor();
    assert.equal(await form.getByRole("button", { name: "Request changes" }).isDisabled(), true);
    await form.getByRole("textbox").fill("Add a **test**.");
    await form.getByRole("button", { name: "Request changes" }).click();
    await other.getByText("Changes requested").first().waitFor();
    const page = await here.visit(story, `/review/${id}`, { expects: /status of 409/ });
    await page.getByRole("article").getByText("requested changes").waitFor();
    await page.getByRole("region", { name: "Reviewers" }).getByText("requested changes").waitFor();
    await button(page, "Review").click();
    const approve = page.getByRole("dialog").getByRole("button", { name: "Approve" });
    await approve.waitFor();
    await assertAccessible(page, "review form");
    // Blocks the page's refresh, so that the page still shows the old commit.
    await page.route(/pull-requests\/[^/]+$/, () => undefined);
    await pushFiles(repository.url, API_KEY, branch, { "fixed.txt": "1\n" }, "One");
    await approve.click();
    await page.getByText(/has new commits/).waitFor();
    await page.unroute(/pull-requests\/[^/]+$/);
    await page.reload();
    await button(page, "Review").click();
    await approve.click();
    await page.getByText("Pull request approved").waitFor();
    await page.getByRole("article").filter({ hasText: "approved" }).first().waitFor();
  });

  test("rejects a suggestion whose lines have changed, and changes nothing", async (story) => {
    const { files, on, fixed, repository, branch } = await opened("clock");
    await on(2, suggested("TWO"));
    const page = await here.visit(story, files, { expects: /status of 409/ });
    await button(page, "Apply suggestion").waitFor();
    // Blocks the page's refresh, so that the page still shows the old lines when the user presses the button.
    await page.route(commentsUrl, () => undefined);
    await pushFiles(repository.url, API_KEY, branch, { "fixed.txt": "one\nzwei\nthree\n" }, "German");
    await button(page, "Apply suggestion").click();
    await page.getByText(/have changed since the suggestion/).waitFor();
    assert.equal(await fixed(), "one\nzwei\nthree");
    await page.unroute(commentsUrl);
    await page.reload();
    await page.getByText("Outdated: these lines have changed.").waitFor();
  });

  test("sends all unresolved comments to the agent in one message, and shows the resulting changes", async (story) => {
    const { files, on, fixed, session } = await opened("stove");
    await on(1, `Say it in German. SCRIPT(write("fixed.txt", "eins\\ntwo\\nthree\\n"))`);
    await on(3, "And end with it.");
    const page = await here.visit(story, files);
    const open = (tab: string) => page.getByRole("tab", { name: tab }).click();
    await open("Conversation");
    const agent = page.getByRole("region", { name: "Agent", exact: true });
    const merge = page.getByRole("region", { name: "Merge", exact: true });
    await agent.getByText("Finished").waitFor();
    await merge.getByText("2 comment threads are not resolved.").waitFor();
    assert.equal(await merge.getByText("The agent is still working").count(), 0, "control");
    await open("Files");
    await page.getByText("2 comments").waitFor();
    const hold = here.world.model.hold();
    await button(page, "Send to agent").click();
    await page.getByText("Comments sent to the agent").waitFor();
    await page.getByRole("link", { name: "Agent working" }).waitFor();
    await open("Conversation");
    await agent.getByText("Working on this pull request").waitFor();
    await merge.getByText("The agent is still working").waitFor();
    hold.release();
    const events = await here.world.ended(session.id, 2);
    const queued = ofType(events, "message.queued");
    assert.equal(queued.length, 2);
    assert.match(queued[1]!.eventData.content, /fixed\.txt:1\nSay it[\s\S]*fixed\.txt:3\nAnd end with it\./);
    assert.equal(await fixed(), "eins\ntwo\nthree");
    await agent.getByText("Finished").waitFor();
    await open("Files");
    // Matches the line in the diff instead of the comment that requests it, without a reload of the page.
    await page.getByText("eins", { exact: true }).first().waitFor();
  });

  test("shows the agent's state in the assigned threads, and its reply with the commit", async (story) => {
    const { files, id, on, session } = await opened("oven");
    const first = await on(1, "Say it in German.");
    const reply = { thread: first.id, message: "It is German now.", resolve: true };
    const script = [
      `write("fixed.txt", "eins\\ntwo\\nthree\\n")`,
      `mcp("tembo", "reply_to_review_thread", ${JSON.stringify(reply)})`,
      `mcp("tembo", "reply_to_review_thread", {"thread": "inline-999", "message": "No."})`,
      say("All done"),
    ];
    const second = await on(3, `And end with it. SCRIPT(${script.join(", ")})`);
    await on(2, "Not for the agent.").then(({ id: other }) =>
      here.world.client.pullRequests.comments.update(id, other, { isResolved: true }),
    );
    const page = await here.visit(story, files);
    await page.getByText("2 comments").waitFor();
    const hold = here.world.model.hold();
    await button(page, "Send to agent").click();
    await thread(page, 1).getByText("The agent is working on this").waitFor();
    assert.equal(await thread(page, 2).getByText(/agent/).count(), 0);
    hold.release();
    const events = await here.world.ended(session.id, 2);
    assert.deepEqual(
      ofType(events, "tool.called").map(({ eventData }) => eventData.status),
      ["completed", "failed"],
      "only assigned threads can be answered",
    );
    await thread(page, 1)
      .getByText(/^The agent resolved this in [0-9a-f]{8}$/)
      .waitFor();
    await thread(page, 3)
      .getByText(/^The agent did not reply here, but pushed changes in [0-9a-f]{8}$/)
      .waitFor();
    await thread(page, 3)
      .getByText(/^The agent did not write a reply\. Read its message/)
      .waitFor();
    await thread(page, 1).getByRole("button", { name: "Show thread" }).click();
    await thread(page, 1).getByText("It is German now.").waitFor();
    await thread(page, 1)
      .getByText(/^Pushed in [0-9a-f]{8}/)
      .waitFor();
    await page.getByText("1 comment", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("1 comment", { exact: true }).waitFor();
    await assertAccessible(page, "assigned threads");
    const { items: listed } = await here.world.client.pullRequests.comments.list(id);
    const stateOf = (one: string) => listed.find((comment) => comment.id === one)?.agent?.state;
    assert.deepEqual([stateOf(first.id), stateOf(second.id)], ["resolved", "unanswered"]);
    assert.equal(listed.filter(({ body }) => body.startsWith("It is German now.")).length, 1);
  });

  test("lists the conflicting files, and asks the agent to resolve the conflicts", async (story) => {
    const { id, repository, session } = await opened("fridge");
    await pushFiles(repository.url, API_KEY, "main", { "fixed.txt": "other\n" }, "Other");
    const page = await here.visit(story, `/review/${id}`);
    await page.getByText("1 file conflicts with the base branch").waitFor();
    await button(page, "Ask the agent to resolve conflicts").click();
    await page.getByText("Request sent to the agent").waitFor();
    const events = await here.world.ended(session.id, 2);
    const asked = ofType(events, "message.queued").at(-1)!;
    assert.match(asked.eventData.content, /Please merge `main` into .*- fixed\.txt/s);
  });

  test("executes no hostile text, fits a phone screen, and has no accessibility violations", async (story) => {
    const { id, on } = await opened("drawer");
    await on(1, Object.values(hostileWords).join("\n\n"));
    const { client } = here.world;
    await client.pullRequests.comments.create(id, { body: Object.values(hostileWords).join("\n\n") });
    const page = await here.visit(story, `/review/${id}`, { viewport: PHONE, scheme: "dark" });
    await page.getByRole("textbox", { name: "Comment" }).fill("Mine, at the end");
    await button(page, "Comment").click();
    await page.getByRole("article").getByText("Mine, at the end").waitFor();
    for (const tab of ["Conversation", "Commits", "Files"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("heading", { level: 2, name: tab === "Files" ? "Changed files" : tab }).waitFor();
      if (tab === "Files") await thread(page, 1).waitFor();
      assert.equal(await page.evaluate(nothingRan), true);
      assert.equal(await page.evaluate(fitsItsWindow), true, tab);
      await assertAccessible(page, tab);
    }
  });
});
