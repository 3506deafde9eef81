import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { openCamera } from "../support/pictures/alike.ts";
import { Comparison, differenceOf, KEPT, keep } from "../support/pictures/compare.ts";
import { fixStatus } from "../support/pictures/fix-status.ts";
import { furnish, type House } from "../support/pictures/house.ts";

/*
 * Compares every page with its screenshot in docs/screenshots/. After an intended change, update the screenshots:
 * UPDATE_SCREENSHOTS=1 npm test -- browser --file screenshots
 */
const isUpdate = process.env.UPDATE_SCREENSHOTS === "1";
const WIDE = { width: 1280, height: 800 };
/** Time limit for all screenshots, about 140, on a slow machine. */
const ALL_LIMIT_MS = 20 * 60_000;
const looks = {
  light: { colorScheme: "light", viewport: WIDE },
  dark: { colorScheme: "dark", viewport: WIDE },
  phone: { colorScheme: "light", viewport: PHONE },
} as const;

interface Place {
  readonly path: string;
  /** The content that the page renders last. */
  readonly shows: string | RegExp | ((page: Page) => Promise<unknown>);
}
const heading = (name: string) => (page: Page) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Waits for the transcript, whose Markdown renders late, and for text in the panel beside it. */
const worked = (beside: string | RegExp) => async (page: Page) => {
  await page.getByText("all tests pass", { exact: true }).waitFor();
  await page.getByText(beside).filter({ visible: true }).first().waitFor();
};

/** Waits for a session in the list, and for the filters, which load after the sessions. */
const listed = (title: string) => async (page: Page) => {
  await page.getByText(title).waitFor();
  await page.getByPlaceholder("State", { exact: true }).waitFor();
};

const outside: Readonly<Record<string, Place>> = {
  "sign-in": { path: "/sign-in", shows: heading("Sign in to Tembo") },
  welcome: { path: "/welcome#a-token", shows: heading("Welcome to Tembo") },
};
const empty: Readonly<Record<string, Place>> = {
  "sessions-empty": { path: "/sessions", shows: "Or from a terminal:" },
  "review-empty": { path: "/review", shows: "Nothing to review yet" },
  "repositories-empty": { path: "/repositories", shows: "No repositories yet" },
  "projects-empty": { path: "/projects", shows: "No projects yet" },
  "agents-empty": { path: "/agents", shows: "No agents yet" },
  "insights-empty": { path: "/insights", shows: "No one has opened a pull request yet." },
  "settings-usage-empty": { path: "/settings/usage", shows: "No costs in this period." },
};
const furnished = (house: House): Readonly<Record<string, Place>> => {
  const session = `/sessions/${house.workedId}`;
  const agent = `/agents/${house.agentId}`;
  const project = `/projects/${house.projectId}`;
  const sections = {
    account: "Your account",
    notifications: "When a session has this state",
    organization: "Organization",
    members: "grace@kettle.example",
    "api-keys": "CI of the kettle",
    budget: "Per session",
    usage: "house/kettle",
    "audit-log": /created the webhook/,
    status: "Embedded PostgreSQL",
    models: /^claude-/,
    secrets: "DESCALER_TOKEN",
    egress: "Hosts",
    skills: "release-notes",
    mcp: "files",
    integrations: "No forges connected yet.",
    webhooks: /hooks\.kettle\.example/,
    "mail-server": /^Sender's address/,
  };
  return {
    sessions: { path: "/sessions", shows: listed("Boil at the right temperature") },
    "new-session": {
      path: "/sessions/new",
      shows: (page) => page.getByRole("textbox", { name: "Task" }).waitFor(),
    },
    session: { path: session, shows: worked("Live") },
    changes: { path: `${session}?panel=changes`, shows: worked("boilsAt = 100") },
    files: { path: `${session}?panel=files`, shows: worked(/^No files/) },
    pulls: { path: `${session}?panel=pulls`, shows: worked("Can be merged") },
    artifacts: { path: `${session}?panel=artifacts`, shows: worked(/^No artifacts/) },
    usage: { path: `${session}?panel=usage`, shows: worked("All turns") },
    // Filters the list by type, because the harness splits its text and tool calls into a different number of events in
    // each run.
    events: {
      path: `${session}?panel=events`,
      shows: async (page) => {
        await worked("session.created")(page);
        await page.getByLabel("Event types").first().click();
        for (const type of ["session.created", "message.queued", "turn.step", "commit.created"])
          await page.getByRole("option", { name: `${type} (` }).click();
        await page.keyboard.press("Escape");
      },
    },
    // The text appears twice: in the agent's message and in the proposed plan.
    plan: {
      path: `/sessions/${house.plannedId}`,
      shows: (page) => page.getByText("Test that it closes", { exact: true }).nth(1).waitFor(),
    },
    permission: { path: `/sessions/${house.askingId}`, shows: "Permission needed" },
    review: { path: "/review", shows: "Boil at the right temperature" },
    "pull-request": { path: `/review/${house.pullRequestId}?tab=files`, shows: "boilsAt = 100" },
    conversation: { path: `/review/${house.pullRequestId}`, shows: /^all tests pass$/ },
    commits: { path: `/review/${house.pullRequestId}?tab=commits`, shows: "Boil at the right temperature" },
    tour: { path: `/review/${house.pullRequestId}/tour`, shows: /^all tests pass$/ },
    repositories: { path: "/repositories", shows: "house/kettle" },
    repository: { path: `/repositories/${house.repositoryId}`, shows: "Boil at the right temperature" },
    projects: { path: "/projects", shows: "Kettle" },
    project: { path: project, shows: "Base branch of house/kettle" },
    "project-builds": { path: `${project}?tab=builds`, shows: /Every day at 03:00/ },
    "project-variables": { path: `${project}?tab=variables`, shows: "DESCALER_TOKEN" },
    "new-project": { path: "/projects/new", shows: heading("New project") },
    agents: { path: "/agents", shows: "Update what is old" },
    agent: { path: agent, shows: "Pre-run script" },
    "agent-starts": { path: `${agent}?tab=starts`, shows: /Every weekday at 09:00/ },
    "agent-runs": { path: `${agent}?tab=runs`, shows: "Completed" },
    "agent-versions": { path: `${agent}?tab=versions`, shows: "Version 1" },
    "new-agent": { path: "/agents/new", shows: "Blank agent" },
    insights: { path: "/insights", shows: /kettle/ },
    "settings-member-sign-ins": {
      path: "/settings/members",
      shows: async (page) => {
        await page.getByRole("button", { name: "Katherine Johnson's sign-ins" }).click();
        await page.getByText("Safari, iPhone").waitFor();
      },
    },
    "not-found": { path: "/nowhere", shows: "Page not found" },
    ...Object.fromEntries(
      Object.entries(sections).map(([id, shows]) => [`settings-${id}`, { path: `/settings/${id}`, shows }]),
    ),
  };
};

describe("screenshots of every page", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  // Runs first, because the sign-in page changes once a user has a password.
  test("control: detects a recolored button and a hidden button", { skip: isUpdate }, async (story) => {
    const { page, look, close } = await open(here, story, false);
    const kept = await readFile(join(KEPT, "sign-in-light.png"));
    const heldAgainst = async () => differenceOf(kept, await look());
    await page.goto(`${here.world.url}/sign-in`);
    await heading("Sign in to Tembo")(page);
    assert.equal(await heldAgainst(), null, "control: the unchanged page matches");
    for (const style of ["background: #c92a2a !important", "visibility: hidden"]) {
      const added = await page.addStyleTag({ content: `button[type=submit] { ${style} }` });
      assert.match(String((await heldAgainst())?.what), /pixels differ/, style);
      await added.evaluate((element) => element.parentNode!.removeChild(element));
    }
    await page.setViewportSize(PHONE);
    assert.match(String((await heldAgainst())?.what), /it is 390x844 and was 1280x800/);
    await close();
  });

  test("every page matches its screenshots in light and dark mode and on a phone, with and without data", {
    timeout: ALL_LIMIT_MS,
  }, async (story) => {
    const comparison = new Comparison();
    const draw = async (places: Readonly<Record<string, Place>>, isSignedIn = true) => {
      const { page, look, close } = await open(here, story, isSignedIn);
      for (const [name, { path, shows }] of Object.entries(places))
        await story.test(name, async () => {
          await page.setViewportSize(WIDE);
          await page.emulateMedia({ colorScheme: "light" });
          await page.goto(`${here.world.url}${path}`);
          await (typeof shows === "function"
            ? shows(page)
            : page.getByText(shows).filter({ visible: true }).first().waitFor());
          for (const [variant, { colorScheme, viewport }] of Object.entries(looks)) {
            await page.emulateMedia({ colorScheme });
            await page.setViewportSize(viewport);
            const picture = await look();
            await (isUpdate
              ? keep(`${name}-${variant}`, picture)
              : comparison.add(`${name}-${variant}`, picture));
          }
        });
      await close();
    };
    await draw(outside, false);
    await draw(empty);
    await draw(furnished(await furnish(here.world)));
    assert.equal(comparison.problem, null, comparison.problem ?? undefined);
  });
});

async function open(here: BrowserWorld, story: Parameters<BrowserWorld["visit"]>[0], isSignedIn: boolean) {
  const page = await here.visit(story, "/sign-in", {
    isSignedIn,
    viewport: WIDE,
    context: { timezoneId: "UTC", deviceScaleFactor: 1 },
  });
  const camera = await openCamera(page);
  await fixStatus(page);
  return camera;
}
