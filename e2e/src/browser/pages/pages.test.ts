import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { startGitlab } from "../../forges/gitlab.ts";
import { closeAll } from "../../forges/start-together.ts";
import { steps } from "../../scripted-model/steps.ts";
import { eventually } from "../../support/api-edge.ts";
import { startMcpServer } from "../../support/hosts/mcp-server.ts";
import { API_KEY } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { say } from "../support/say.ts";
import { startReceiver } from "../support/webhook-receiver.ts";

const MCP_TOKEN = "mcp-token-of-the-pages";
/** Script of the session in the budget story. It costs more than one cent. */
const LONG_WORK = `SCRIPT(${Array.from({ length: 6 }, () => 'bash("true")').join(", ")}, say("Done."))`;
const refused = /status of [45]\d\d/;

describe("insights, agents, integrations and settings", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let gitlab: Awaited<ReturnType<typeof startGitlab>>;
  let mcp: Awaited<ReturnType<typeof startMcpServer>>;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  before(async () => {
    [gitlab, mcp, receiver] = await Promise.all([
      startGitlab(),
      startMcpServer("127.0.0.9", MCP_TOKEN),
      startReceiver("127.0.0.10"),
    ]);
    here = await openBrowserWorld({
      env: {
        TEMBO_PRIVATE_HOSTS: `127.0.0.1,127.0.0.10,${mcp.place}`,
        NODE_EXTRA_CA_CERTS: mcp.certificatePath,
      },
    });
  });
  after(() => closeAll([receiver, mcp, gitlab, here]));

  const isOpen = (page: Page, name: string | RegExp) =>
    page.getByRole("heading", { level: 1, name }).waitFor();
  const button = (where: Page | Locator, name: string | RegExp) =>
    where.getByRole("button", { name, exact: true });
  const dialog = (page: Page) => page.getByRole("dialog");
  const row = (where: Page | Locator, text: string | RegExp) =>
    where.getByRole("listitem").filter({ hasText: text });
  /** Finds an input by its label. The label of a select also names its list, so this locator matches only the input. */
  const field = (where: Page | Locator, label: string) => where.locator("input").and(where.getByLabel(label));

  test("shows zeros and an explanation on the insights page of an empty organization", async (story) => {
    const page = await here.visit(story, "/insights");
    await isOpen(page, "Insights");
    for (const words of ["No pull requests yet.", "No one has opened a pull request yet."])
      await page.getByText(words).first().waitFor();
    assert.equal(await figure(page, "Sessions completed"), "0");
  });

  test("shows the same numbers on the insights page as in the API", async (story) => {
    const { client } = here.world;
    const repository = await here.world.repository("house/gauge", { "a.txt": "1\n" });
    const prompt = `Gauge it. SCRIPT(write("b.txt", "2\\n"), ${say("gauged")})`;
    await here.world.ended((await client.session.create({ prompt, repositories: [repository.url] })).id);
    const page = await here.visit(story, "/insights");
    await page.getByRole("table", { name: "Repositories" }).getByText("gauge").waitFor();
    const { summary } = (await client.insights.retrieve()).data!;
    const { currentUsage } = (await client.billing.retrieve()).onDemand;
    assert.equal(summary.tasksCompleted, 1);
    assert.deepEqual(
      {
        sessions: await figure(page, "Sessions completed"),
        created: await figure(page, "Pull requests opened"),
        merged: await figure(page, "Pull requests merged"),
        contribution: await figure(page, "Pull requests with Tembo"),
        spent: (await figure(page, "Model spend this month")).replace(/\d+\.\d+$/, (shown) =>
          String(Number(shown)),
        ),
      },
      {
        sessions: String(summary.tasksCompleted),
        created: String(summary.prsCreated),
        merged: String(summary.prsMerged),
        contribution: `${summary.temboContribution}%`,
        spent: `$${currentUsage < 0.01 ? Number(currentUsage.toPrecision(2)) : Number(currentUsage.toFixed(2))}`,
      },
    );
  });

  test("creates an agent from a template, adds triggers, runs, disables and deletes it", async (story) => {
    here.world.model.script(/behavior in this repository/, [steps.say("Everything is tested.")]);
    const page = await here.visit(story, "/agents/new", { expects: /status of 404/ });
    await button(page, /^Add missing tests/).click();
    await page.getByText('Based on the template "Add missing tests"').waitFor();
    await button(page, "Add schedule").click();
    await dialog(page).getByText("Next runs, in your time zone").waitFor();
    assert.ok((await dialog(page).getByRole("listitem").count()) >= 2, "shows the next scheduled runs");
    await button(dialog(page), "Save schedule").click();
    await page.getByText(/^Every weekday at 09:00/).waitFor();
    await button(page, "Create agent").click();

    await isOpen(page, "Add missing tests");
    await page.getByText(/^Every weekday at 09:00/).waitFor();
    assert.equal(await page.getByText(/^Next run \w{3} \d/).count(), 2);
    await button(page, "Add event trigger").click();
    await field(dialog(page), "Event").fill("opened");
    await page.getByRole("option", { name: "Pull request opened" }).first().click();
    await button(dialog(page), "Save event trigger").click();
    await page.getByRole("listitem").getByText("Built-in forge", { exact: true }).waitFor();

    const address = page.url();
    await button(page, "Run now").click();
    await eventually(async () => (await runsOf(address)).some(({ status }) => status === "completed"));
    await page.goto(address.replace("tab=starts", "tab=runs"));
    await page.getByRole("table", { name: "Runs, newest first" }).getByText("Completed").waitFor();

    await page.getByRole("tab", { name: "Triggers" }).click();
    await page.getByRole("switch", { name: "Enable Add missing tests" }).press("Space");
    await page.getByText("Inactive while the agent is disabled").first().waitFor();
    await page.getByRole("tab", { name: "Setup" }).click();
    await field(page, "Name").fill("Unsaved");
    await button(page, "More actions").click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await button(dialog(page), "Delete agent").click();
    await page.getByText("No agents yet").waitFor();
    assert.deepEqual((await here.world.client.agents.list()).items, []);
    await page.goto(address);
    await page.getByText("Page not found").waitFor();
  });
  test("a slow save of a dialog that was closed does not close the dialog that is open now", async (story) => {
    const agent = await here.world.client.agents.create({ name: "Slow saver" });
    const page = await here.visit(story, `/agents/${agent.id}?tab=starts`);
    const held = Promise.withResolvers<void>();
    await page.route("**/schedules", async (route) => {
      if (route.request().method() === "POST") await held.promise;
      await route.continue();
    });
    await button(page, "Add schedule").click();
    const isAnswered = page.waitForResponse(
      (response) => response.request().method() === "POST" && response.url().endsWith("/schedules"),
    );
    await button(dialog(page), "Save schedule").click();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    await button(page, "Add schedule").click();
    await dialog(page).getByText("Next runs, in your time zone").waitFor();
    held.resolve();
    await isAnswered;
    await page
      .locator("main")
      .getByText(/^Every weekday at 09:00/)
      .waitFor();
    assert.ok(await dialog(page).isVisible());
    await button(dialog(page), "Save schedule").click();
    await dialog(page).waitFor({ state: "detached" });
  });

  const runsOf = async (address: string) =>
    (await here.world.client.agents.runs.list(/\/agents\/([\w-]+)/.exec(address)![1]!)).items;

  test("reports an invalid token in the form, then connects a forge and enables its repositories", async (story) => {
    const page = await here.visit(story, "/settings/integrations", { expects: refused });
    await button(page, "Connect a forge").click();
    await dialog(page).getByLabel("Forge", { exact: true }).selectOption("gitlab");
    await field(dialog(page), "Access token").fill("not-the-token");
    await field(dialog(page), "Forge URL").fill(gitlab.fake.url);
    await button(dialog(page), "Connect").click();
    assert.match(String(await dialog(page).getByRole("alert").textContent()), /token/i);
    assert.deepEqual((await here.world.client.integrations.list()).items, []);

    await field(dialog(page), "Access token").fill(gitlab.token);
    await button(dialog(page), "Connect").click();
    await page.getByText("Forge connected").waitFor();
    const [connected] = (await here.world.client.integrations.list()).items;
    await button(page, `Test ${connected!.displayName}`).waitFor();
    await here.world.client.integrations.sync(connected!.id, { mode: "immediate" });
    await page.goto(`${here.world.url}/repositories?all=true`);
    await page.getByRole("link", { name: "acme/tools/web" }).waitFor();
    await page.getByRole("switch", { name: "Enable acme/tools/web for sessions" }).press("Space");
    await eventually(async () =>
      (await here.world.client.repositories.list({ search: "web" })).items.some(
        ({ enabledAt }) => enabledAt !== null,
      ),
    );
  });

  test("lists a webhook's deliveries, and redelivers one", async (story) => {
    const page = await here.visit(story, "/settings/webhooks");
    await button(page, "Create webhook").click();
    await field(dialog(page), "URL").fill(receiver.url);
    await button(dialog(page), "Save").click();
    await button(page, "Done").click();
    receiver.status = 503;
    await button(page, `Test ${receiver.url}`).click();
    await dialog(page).getByText("The receiver responded with 503.").first().waitFor();
    receiver.status = 204;
    await button(dialog(page), /^Redeliver /).click();
    const again = row(dialog(page), "redelivered");
    await again.getByText("Delivered", { exact: true }).waitFor();
    assert.equal(receiver.bodies.length, 2);
    assert.equal(JSON.parse(receiver.bodies[0]!).type, JSON.parse(receiver.bodies[1]!).type);
  });

  test("rejects a session with a disabled model until the model is enabled again", async (story) => {
    const { client } = here.world;
    story.after(() => client.models.update("claude-opus-4-5", { enabled: true }));
    const page = await here.visit(story, "/settings/models");
    const isEnabled = async () =>
      (await client.models.list({ limit: 100 })).items.find(({ name }) => name === "claude-opus-4-5")!
        .enabled;
    const entry = row(page, "claude-opus-4-5").first();
    const turn = () => entry.getByRole("switch").press("Space");
    await turn();
    await eventually(async () => !(await isEnabled()));
    await assert.rejects(
      client.session.create({ prompt: "Hello", agent: "claudeCode:claude-opus-4-5" }),
      /claude-opus-4-5/,
    );
    await page.reload();
    assert.equal(await entry.getByRole("switch").isChecked(), false);
    await turn();
    await eventually(isEnabled);
  });

  test("lists the model providers that the server describes", async (story) => {
    const page = await here.visit(story, "/settings/models");
    const forms = page.locator(".mantine-Accordion-control");
    await forms.filter({ hasText: "Cursor" }).waitFor();
    const shown = async () => (await forms.allInnerTexts()).map((words) => words.split("\n"));
    assert.deepEqual(await shown(), [
      ...["Anthropic", "OpenAI"].map((name) => [name, "Server's key"]),
      ...["OpenRouter", "Amazon Bedrock", "Google Vertex AI", "Amp", "Cursor"].map((name) => [
        name,
        "No key",
      ]),
    ]);
    await page.getByRole("button", { name: /^Amazon Bedrock/ }).click();
    assert.equal(await page.getByRole("button", { name: /^Remove the key/ }).count(), 0, "nothing to remove");
    for (const [label, type] of [
      ["Access key ID", "password"],
      ["Secret access key", "password"],
      ["Region", "text"],
    ] as const)
      assert.equal(
        (await page.getByLabel(label, { exact: true }).getAttribute("type")) ?? "text",
        type,
        label,
      );
    const options = row(page, "claude-opus-4-5").first().locator("option");
    assert.deepEqual(await options.allTextContents(), [
      "Default (Server's API key)",
      "Server's API key",
      "Organization's API key",
      "Amazon Bedrock",
      "Google Vertex AI",
      "OpenRouter",
    ]);
  });

  test("connects and tests an MCP server, and reports an invalid token", async (story) => {
    const page = await here.visit(story, "/settings/mcp", { expects: refused });
    for (const [name, token] of Object.entries({ stranger: "wrong", greeter: MCP_TOKEN })) {
      await button(page, "Add MCP connection").click();
      await field(dialog(page), "Name").fill(name);
      await field(dialog(page), "Server URL").fill(`https://${mcp.place}/mcp`);
      await dialog(page).getByLabel("Headers").fill(`Authorization: Bearer ${token}`);
      await button(dialog(page), "Add MCP connection").click();
      await button(page, `Test ${name}`).click();
      if (name === "greeter") await page.getByText("The server responded.").waitFor();
      else await row(page, name).getByRole("alert").waitFor();
    }
    assert.ok(!(await page.content()).includes(MCP_TOKEN), "the page does not contain the entered token");
  });

  test("sets a budget, and shows that a session reached it", async (story) => {
    const { client } = here.world;
    const organizationId = (await client.me.retrieve()).orgId!;
    story.after(() =>
      client.organizations.budget.update(organizationId, { perSessionUsd: null, perMonthUsd: null }),
    );
    const page = await here.visit(story, "/settings/budget");
    await field(page, "Per session").fill("0.01");
    await button(page, "Save").click();
    await page.getByText("Saved", { exact: true }).first().waitFor();
    const session = await here.world.client.session.create({
      prompt: `Work. ${LONG_WORK}`,
      agent: "claudeCode:claude-opus-4-5",
    });
    await here.world.ended(session.id);
    await page.goto(`${here.world.url}/sessions/${session.id}`);
    await page
      .getByText(/Budget reached: this session has spent \$0\.\d+/)
      .first()
      .waitFor();
    await page.goto(`${here.world.url}/settings/budget`);
    await field(page, "Per session").fill("");
    await button(page, "Save").click();
    await page.getByText("Saved", { exact: true }).first().waitFor();
  });

  test("signs in and starts a session by keyboard alone, with visible focus", async (story) => {
    const { id } = await here.world.repository("house/keys", { "a.txt": "1\n" });
    const page = await here.visit(story, "/sign-in", { isSignedIn: false });
    const type = async (keys: string) => {
      assert.equal(await page.evaluate(focusIsSeen), true, `focus is visible before typing "${keys}"`);
      await page.keyboard.type(keys);
    };
    await page.locator("input:focus").waitFor();
    await type(API_KEY);
    await page.keyboard.press("Enter");
    await isOpen(page, "Sessions");
    await page.keyboard.press("c");
    await page.locator("textarea:focus").waitFor();
    await type(`Go without a mouse. SCRIPT(${say("gone without it")})`);
    const repositories = page.locator("button:focus").and(page.getByLabel("Repositories", { exact: true }));
    for (let stops = 0; stops < 10 && (await repositories.count()) === 0; stops++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("input:focus").waitFor();
    await type("keys");
    await page.getByRole("option", { name: /keys/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await repositories.waitFor();
    const start = page.locator("button:focus").and(button(page, "Start"));
    for (let stops = 0; stops < 15 && (await start.count()) === 0; stops++)
      await page.keyboard.press("Shift+Tab");
    assert.equal(await page.evaluate(focusIsSeen), true);
    await page.keyboard.press("Enter");
    await page.getByText("gone without it").first().waitFor();
    const [session] = (await here.world.client.sessions.list({ limit: 1 })).items;
    assert.deepEqual(
      session!.sessionSource.repositories.map((one) => one.id),
      [id],
    );
  });

  for (const path of ["/sessions/new", "/agents/new", "/insights", "/settings/webhooks"]) {
    test(`animates nothing on ${path} if the user prefers reduced motion`, async (story) => {
      const page = await here.visit(story, path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      assert.deepEqual(await page.evaluate(movements), []);
      await page.emulateMedia({ reducedMotion: "no-preference" });
      assert.notDeepEqual(await page.evaluate(movements), [], "control: animates without that preference");
    });
  }
});

/** Returns the value that is shown below this label. */
async function figure(page: Page, name: string): Promise<string> {
  const term = page.locator("dt", { hasText: name });
  return String(await term.locator("xpath=following-sibling::dd[1]").textContent());
}

/** This code is a string, because it runs in the page, whose globals differ from those of a test. */
const focusIsSeen = `(() => {
  const focused = document.activeElement;
  if (focused === document.body || !focused.matches(":focus-visible")) return false;
  for (let one = focused; one && one !== document.body; one = one.parentElement) {
    const { outlineStyle, outlineWidth, borderColor, boxShadow } = getComputedStyle(one);
    if ((outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none") return true;
    if (one.matches(":is(input, textarea), [data-focused]") && borderColor !== "") return true;
  }
  return false;
})()`;
const movements = `[...document.querySelectorAll("*")].filter((one) => {
  const { animationDuration, transitionDuration } = getComputedStyle(one);
  return [animationDuration, transitionDuration].some((all) => all.split(", ").some((time) => parseFloat(time) > 0.01));
}).map(({ tagName, className }) => tagName + " " + className)`;
