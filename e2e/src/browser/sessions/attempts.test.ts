import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Request } from "playwright-core";
import { until } from "../../talking/until.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { chooseSetting } from "../support/choose-setting.ts";

describe("several attempts at one task", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  test("starts three attempts with two models, compares them and keeps one", async (story) => {
    const { client } = here.world;
    await here.world.repository("house/door", { "a.txt": "1\n" });
    const page = await here.visit(story, "/sessions/new");
    const task = 'Paint the door. SCRIPT(write("door.txt", "red\\n"), say("Painted."))';
    const streams = new Set<Request>();
    let opened = 0;
    page.on("request", (request) => {
      if (!request.url().includes("/events/stream")) return;
      streams.add(request);
      opened += 1;
    });
    for (const ended of ["requestfinished", "requestfailed"] as const)
      page.on(ended as "requestfinished", (request) => streams.delete(request));
    await page.getByRole("textbox", { name: "Task" }).fill(task);
    await chooseSetting(page, "Repositories", "house/door");
    await page.keyboard.press("Escape");
    await chooseSetting(page, "Attempts", "3 attempts");
    await page.getByRole("combobox", { name: "Agent of attempt 2" }).click();
    await page.keyboard.type("haiku");
    await page.keyboard.press("Enter");
    await assertAccessible(page, "the composer with three attempts");
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.getByText("A draft cannot have several attempts.").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/\/sessions\/[\w-]{20,}\/attempts$/);
    const id = /\/sessions\/([\w-]{20,})/.exec(page.url())![1]!;

    const { attempts } = await client.session.attempts(id);
    const ids = attempts.map(({ sessionId }) => sessionId);
    assert.match(attempts[1]!.agent, /haiku/);
    assert.equal(new Set(attempts.map(({ agent }) => agent)).size, 2);
    for (const sessionId of ids) await here.world.ended(sessionId);
    const column = (number: number) => page.getByRole("region", { name: `Attempt ${number} of 3` });
    for (const number of [1, 2, 3]) {
      await column(number).getByText("Painted.", { exact: true }).waitFor();
      await column(number).getByText("door.txt").first().waitFor();
    }
    await assertAccessible(page, "the attempts");
    assert.ok(opened >= 3, "control: each column has read its events");
    await until("no column holds a connection", async () => streams.size === 0);
    const [quiet] = attempts;
    await client.session.messages.create(quiet!.sessionId, {
      content: 'Again. SCRIPT(say("Painted again."))',
    });
    await column(1).getByText("Painted again.", { exact: true }).waitFor();
    await here.world.ended(quiet!.sessionId, 2);

    await column(2).getByRole("button", { name: "Keep this one" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/The other attempts stop/).waitFor();
    await dialog.getByRole("button", { name: "Keep this one" }).click();
    await column(2).getByText("Kept", { exact: true }).waitFor();
    for (const number of [1, 3]) await column(number).getByText("Archived", { exact: true }).waitFor();
    for (const number of [1, 3]) await column(number).getByRole("img", { name: "Closed" }).waitFor();
    await column(2).getByRole("img", { name: "Open", exact: true }).waitFor();
    const sessions = await Promise.all(ids.map((one) => client.session.retrieve(one)));
    assert.deepEqual(
      sessions.map(({ archivedAt }) => archivedAt !== null),
      [true, false, true],
    );
    const statuses = sessions.flatMap(({ artifacts }) =>
      artifacts.flatMap(({ pullRequests }) => pullRequests.map(({ status }) => status)),
    );
    assert.deepEqual(statuses, ["closed", "open", "closed"]);

    await page.setViewportSize(PHONE);
    await until(
      "the columns fit the phone",
      async () => ((await column(1).boundingBox())?.width ?? 999) < 390,
    );
    await page.goto(`${here.world.url}/sessions`);
    await page
      .getByRole("link", { name: /Attempt 2 of 3/ })
      .first()
      .click();
    await page.waitForURL(new RegExp(`/sessions/${ids[1]}$`));
    await page.getByRole("link", { name: "Attempt 2 of 3", exact: true }).click();
    await column(2).getByText("Kept", { exact: true }).waitFor();
  });

  test("shows why an attempt could not be kept on Try again", async (story) => {
    const { client } = here.world;
    const { id } = await client.session.create({
      prompt: 'Say it. SCRIPT(say("Said."))',
      attempts: [{}, {}],
    });
    const group = await client.session.attempts(id);
    for (const { sessionId } of group.attempts) await here.world.ended(sessionId);
    const page = await here.visit(story, "/sessions", { expects: /status of 409/ });
    const [kept, other] = group.attempts;
    const attempts = [
      { ...kept!, state: "kept" },
      { ...other!, state: "ending", problem: "The forge rejected the request." },
    ];
    await page.route("**/attempts", (route) =>
      route.request().resourceType() === "fetch"
        ? route.fulfill({ json: { ...group, keptSessionId: kept!.sessionId, attempts } })
        : route.continue(),
    );
    await page.route("**/keep", (route) =>
      route.fulfill({
        status: 409,
        json: { code: "conflict", error: "Another attempt was kept." },
      }),
    );
    await page.goto(`${here.world.url}/sessions/${id}/attempts`);
    await page.getByText("The forge rejected the request.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").getByText("Another attempt was kept.").waitFor();
  });
});
