import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { type BuildWorker, openBuildWorker } from "../support/build-worker.ts";
import { chooseSetting } from "../support/choose-setting.ts";
import { fitsItsWindow } from "../support/hostile.ts";
import { joinAsMember } from "../support/member.ts";

describe("projects", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let worker: BuildWorker;
  let repositoryId: string;
  before(async () => {
    here = await openBrowserWorld();
    worker = await openBuildWorker(here.world);
    repositoryId = (await here.world.repository("house/kettle", { "README.md": "# Kettle\n" })).id;
  });
  after(async () => {
    await worker.close();
    await here.close();
  });

  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const dialog = (page: Page) => page.getByRole("dialog");
  const projects = () => here.world.client.projects;
  const add = async (name: string, fields: object = {}) =>
    (await projects().create({ name, sizes: ["micro", "medium"], ...fields })).project.id;
  const choose = async (page: Page, label: string, option: string) => {
    await page.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };

  test("creates a project from every kind of field", async (story) => {
    const page = await here.visit(story, "/projects");
    await page.getByText("No projects yet").waitFor();
    await page.getByRole("main").getByRole("link", { name: "New project" }).first().click();
    await page.getByRole("textbox", { name: "Name" }).fill("Kettle");
    await choose(page, "Icon", "Cloud");
    await page.getByRole("combobox", { name: "Repositories" }).click();
    await page.getByRole("option", { name: "house/kettle" }).click();
    await page.keyboard.press("Escape");
    await page.getByLabel("Base branch of house/kettle").fill("dev");
    await page.getByLabel("Always use for these repositories").check();
    await choose(page, "Source", "Dockerfile");
    const args = page.getByLabel("Build arguments");
    await args.fill("TOKEN");
    await page.getByText('"TOKEN" is not of the form NAME=VALUE.').waitFor();
    assert.equal(await args.and(page.locator(":invalid")).count(), 1, "blocks the form");
    await choose(page, "Source", "Container image");
    await page.getByRole("textbox", { name: "Image" }).fill("debian:13");
    await page.getByLabel("Setup script").fill("apt-get update\nnpm ci");
    await button(page, "Add service").click();
    const service = page.getByRole("group", { name: "Service 1" });
    await service.getByRole("textbox", { name: "Name" }).fill("db");
    await service.getByRole("textbox", { name: "Command" }).fill("postgres -D data");
    await service.getByRole("textbox", { name: "Port" }).fill("5432");
    await choose(page, "User that runs programs", "root");
    await page.getByText(/They can reach more of the kernel/).waitFor();
    await page.getByLabel("Allow containers").check();
    await page.getByText(/Allow them only for repositories that you trust/).waitFor();
    await page.getByLabel("Allow containers").uncheck();
    await choose(page, "User that runs programs", "user (recommended)");
    await choose(page, "Source", "Worker's system");
    await page.getByRole("checkbox", { name: "XL" }).uncheck();
    const labels = page.getByRole("combobox", { name: "Machine labels" });
    await labels.fill("gpu");
    await labels.press("Enter");
    await page.getByLabel("Build the environment after creating the project").uncheck();
    await button(page, "Create project").click();
    await page.getByRole("heading", { level: 1, name: "Kettle" }).waitFor();
    const [project] = (await projects().list({ search: "Kettle" })).items;
    assert.deepEqual(
      { ...project, id: "", createdAt: "", updatedAt: "" },
      {
        ...{ id: "", createdAt: "", updatedAt: "", name: "Kettle", description: null },
        ...{ icon: "cloud", color: "neutral", sizes: ["nano", "micro", "medium", "large"] },
        ...{
          defaultForSizes: [],
          codeRepositoryIds: [repositoryId],
          baseBranches: { [repositoryId]: "dev" },
        },
        ...{ setupScript: "apt-get update\nnpm ci", startScript: null, agentInstructions: null },
        ...{ includeDeps: true, includeSkills: true, warmPoolEnabled: false, refresh: false },
        ...{ activeSnapshots: [], lastBuild: null, user: "user", containers: false },
        source: { kind: "machine" },
        services: [{ name: "db", command: "postgres -D data", ready: { tcp: 5432 } }],
        isDefaultForRepositories: true,
        runsOn: ["gpu"],
      },
    );
    await page.reload();
    assert.equal(await page.getByLabel("Base branch of house/kettle").inputValue(), "dev");
    assert.equal(await page.getByLabel("Setup script").inputValue(), "apt-get update\nnpm ci");
  });

  test("saves an edit, shows why the server rejects one, and keeps it beside another person's changes", async (story) => {
    const id = await add("Edited", { setupScript: "make" });
    await add("Taken");
    const page = await here.visit(story, `/projects/${id}`, { expects: /status of 409/ });
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Taken");
    await button(page, "Save").click();
    await page.getByRole("alert").filter({ hasText: "A project with this name already exists." }).waitFor();
    assert.equal(await name.inputValue(), "Taken", "keeps the input");
    await name.fill("Renamed");
    await button(page, "Save").click();
    await page.getByRole("heading", { level: 1, name: "Renamed" }).waitFor();
    await page.getByLabel("Description").fill("Mine");
    page.once("dialog", (question) => void question.dismiss());
    await page.getByRole("tab", { name: "Builds" }).click();
    await page.getByRole("link", { name: "Sessions", exact: true }).click();
    await page.getByRole("tab", { name: "Settings" }).click();
    assert.equal(await page.getByLabel("Description").inputValue(), "Mine", "keeps unsaved edits");
    await projects().update(id, { setupScript: "npm ci", codeRepositoryIds: [repositoryId] });
    await page.getByText("This project was changed while you were editing it.").waitFor();
    assert.equal(await button(page, "Save").isDisabled(), true);
    assert.equal(await page.getByLabel("Description").inputValue(), "Mine", "keeps the edit in the form");
    await button(page, "Keep my changes").click();
    await page.getByLabel("Base branch of house/kettle").waitFor();
    assert.equal(await page.getByLabel("Setup script").inputValue(), "npm ci", "takes the other changes");
    await button(page, "Save").click();
    await page.getByText("Saved. The next build uses the new settings.").last().waitFor();
    const saved = await projects().retrieve(id);
    assert.deepEqual(
      [saved.name, saved.description, saved.setupScript, saved.codeRepositoryIds],
      ["Renamed", "Mine", "npm ci", [repositoryId]],
    );
  });

  test("keeps the default for the size small when another size changes", async (story) => {
    const id = await add("Small");
    await projects().updateDefaults({ projectId: id, sandboxSize: "small" });
    await projects().update(id, { defaultForSizes: ["small", "medium"] });
    const page = await here.visit(story, `/projects/${id}`);
    const defaults = page.getByRole("group", { name: "Default project for" });
    assert.equal(await defaults.getByRole("checkbox", { name: "Small" }).isChecked(), true);
    await defaults.getByRole("checkbox", { name: "Medium" }).uncheck();
    await button(page, "Save").click();
    await page.getByText("Saved. The next build uses the new settings.").waitFor();
    assert.deepEqual((await projects().retrieve(id)).defaultForSizes, ["small"]);
    await projects().delete(id);
  });

  test("shows another person's changes after an edit was undone", async (story) => {
    const id = await add("Undone", { setupScript: "make" });
    const page = await here.visit(story, `/projects/${id}`);
    const description = page.getByLabel("Description");
    await description.fill("Mine");
    await button(page, "Discard").waitFor();
    await description.fill("");
    await projects().update(id, { description: "Theirs", codeRepositoryIds: [repositoryId] });
    await page.getByLabel("Base branch of house/kettle").waitFor();
    assert.equal(await description.inputValue(), "Theirs");
    assert.equal(await button(page, "Save").isDisabled(), true);
  });

  test("keeps what the user types while an edit is being saved", async (story) => {
    const id = await add("Typed");
    const page = await here.visit(story, `/projects/${id}`);
    const typed = Promise.withResolvers<void>();
    await page.route(`**/v1/projects/${id}`, async (route) => {
      if (route.request().method() === "PATCH") await typed.promise;
      await route.continue();
    });
    await page.getByLabel("Description").fill("Saved");
    await button(page, "Save").click();
    await page.getByLabel("Setup script").fill("make");
    typed.resolve();
    await page.getByText("Saved. The next build uses the new settings.").waitFor();
    assert.equal(await page.getByLabel("Setup script").inputValue(), "make");
    await button(page, "Save").click();
    await page.getByText("Saved. The next build uses the new settings.").nth(1).waitFor();
    const { description, setupScript } = await projects().retrieve(id);
    assert.deepEqual([description, setupScript], ["Saved", "make"]);
  });

  test("shows a build's log and progress as they grow, then its environment", async (story) => {
    const id = await add("Built", { setupScript: "apt-get update" });
    const build = await worker.start(id);
    const page = await here.visit(story, `/projects/${id}?tab=builds`);
    await page.getByRole("link", { name: /^Running: log of the build/ }).click();
    await page.getByText("No output yet.").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await build.print("Cloning\u001b[31m house/kettle\u001b[0m\n");
    await page.getByText("Cloning house/kettle").waitFor();
    await build.report({ phase: "Setup script", message: "apt-get update", percent: 42 });
    await page.getByText("Setup script · apt-get update · 42%").waitFor();
    assert.equal(
      await page.getByRole("progressbar", { name: "Build progress" }).getAttribute("aria-valuenow"),
      "42",
    );
    await build.print("<img src=x onerror=alert(1)>\n");
    await page.getByText("<img src=x onerror=alert(1)>").waitFor();
    await build.complete();
    await page.getByText("Completed", { exact: true }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Open environments" }).click();
    await page.getByText("Active", { exact: true }).waitFor();
    await page.getByText(/size 680 MiB/).waitFor();
  });

  test("builds an environment on the world's own worker, and a session starts from it", async (story) => {
    const id = await add("Real", { setupScript: "echo prepared > /workspace/note.txt; echo wrote the note" });
    const page = await here.visit(story, `/projects/${id}`);
    await button(page, "Build now").click();
    await page.locator("pre").filter({ hasText: "wrote the note" }).waitFor();
    await page.getByText("Completed", { exact: true }).waitFor();
    const prompt = 'Read it. SCRIPT(bash("cat /workspace/note.txt"), say("done"))';
    const session = await here.world.client.session.create({ prompt, projectId: id });
    const events = await here.world.ended(session.id);
    assert.match(JSON.stringify(events), /prepared/);
    await page.goto(`${here.world.url}/sessions/${session.id}`);
    await page.getByRole("link", { name: "Project Real" }).waitFor();
    await page.getByRole("link", { name: "Environment", exact: true }).click();
    await page.getByText("Active", { exact: true }).waitFor();
  });

  test("shows why a build failed, and lists it as failed", async (story) => {
    const id = await add("Broken");
    const build = await worker.start(id);
    await build.print("E: no such package\n");
    await build.fail("The setup script failed on line 2: apt-get install no-such-package");
    const page = await here.visit(story, `/projects`);
    const row = page.getByRole("link", { name: /Broken/ });
    await row.getByRole("img", { name: "Failed" }).waitFor();
    await row.getByText("Not built yet").waitFor();
    await row.click();
    await page.getByRole("tab", { name: "Builds" }).click();
    await page.getByRole("link", { name: /^Failed: log/ }).click();
    await page.getByRole("alert").filter({ hasText: "failed on line 2" }).waitFor();
    await page.getByText("E: no such package").waitFor();
  });

  test("requests a build that waits for the running one, and cancels both", async (story) => {
    const id = await add("Waiting");
    await worker.start(id);
    const page = await here.visit(story, `/projects/${id}`);
    await button(page, "Build now").click();
    await page.getByText("Waiting for a worker. Builds of a project run one after another.").waitFor();
    const cancel = async () => {
      await button(page, "Cancel build").click();
      await dialog(page).getByRole("button", { name: "Cancel build" }).click();
      await page.getByText("Canceled", { exact: true }).waitFor();
    };
    await cancel();
    await page.getByRole("link", { name: "All builds" }).click();
    await page.getByRole("link", { name: /^Running: log/ }).click();
    await cancel();
    const { items } = await projects().builds.list(id);
    assert.deepEqual(
      items.map(({ status }) => status),
      ["cancelled", "cancelled"],
    );
  });

  test("names, pins and deletes an environment, and shows the settings that it was built with", async (story) => {
    const id = await add("Kept", { codeRepositoryIds: [repositoryId], setupScript: "make all" });
    await (await worker.start(id)).complete();
    const page = await here.visit(story, `/projects/${id}?tab=environments`);
    await button(page, /^Rename Built/).click();
    await dialog(page).getByLabel("Name").fill("stable");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await button(page, "Pin stable").click();
    await button(page, "Unpin stable").waitFor();
    await button(page, "Settings of stable").click();
    await dialog(page).getByText("house/kettle").waitFor();
    assert.equal(await dialog(page).getByLabel("Setup script").inputValue(), "make all");
    await page.keyboard.press("Escape");
    const [environment] = (await projects().snapshots.list(id)).items;
    assert.deepEqual([environment?.name, environment?.pinnedAt !== null], ["stable", true]);
    await button(page, "Delete stable").click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await page.getByText("No environments yet.", { exact: false }).waitFor();
    assert.deepEqual((await projects().snapshots.list(id)).items, []);
  });

  test("stores a variable, and never shows its value again", async (story) => {
    const value = "a-value-that-no-one-sees-again";
    const id = await add("Variables");
    const page = await here.visit(story, `/projects/${id}?tab=variables`);
    await button(page, "Add variable").click();
    await dialog(page).getByLabel("Environment variable").fill("NPM_TOKEN");
    const field = dialog(page).locator("input").and(dialog(page).getByLabel("Value"));
    await field.fill("short");
    await dialog(page).getByText("Use at least 6 characters.", { exact: false }).waitFor();
    await field.fill(value);
    await choose(page, "Available in", "Builds and sessions");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await page.getByRole("listitem").filter({ hasText: "NPM_TOKEN" }).waitFor();
    assert.deepEqual((await projects().environmentVariables.list(id)).items, [
      { key: "NPM_TOKEN", scope: "buildAndRun" },
    ]);
    await page.reload();
    await page.getByRole("listitem").filter({ hasText: "NPM_TOKEN" }).waitFor();
    assert.ok(!(await page.content()).includes(value));
    await button(page, "Delete NPM_TOKEN").click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await page.getByText("No variables yet.").waitFor();
  });

  test("adds a build schedule in a time zone, and disables it", async (story) => {
    const id = await add("Scheduled");
    const page = await here.visit(story, `/projects/${id}?tab=builds`, { context: { timezoneId: "UTC" } });
    await button(page, "Add schedule").click();
    await choose(page, "Repeats", "Every day");
    await dialog(page)
      .getByLabel(/^Time( \*)?$/)
      .fill("03:00");
    await dialog(page).getByRole("button", { name: "Save schedule" }).click();
    const enabled = page.getByRole("switch", { name: /^Enable "Every day at 03:00/ });
    await enabled.waitFor();
    await enabled.press("Space");
    await page.getByText("Disabled", { exact: true }).waitFor();
    const [schedule] = (await projects().schedules.list(id)).items;
    assert.deepEqual([schedule?.cron, schedule?.timezone, schedule?.enabledAt], ["0 3 * * *", null, null]);
  });

  test("the composer shows the default project, and starts from the chosen one", async (story) => {
    const toaster = await here.world.repository("house/toaster", { "README.md": "# Toaster\n" });
    await add("Toaster", { codeRepositoryIds: [toaster.id], isDefaultForRepositories: true });
    const id = await add("Other");
    const page = await here.visit(story, "/sessions/new");
    await page.getByRole("textbox", { name: "Task" }).fill("Toast it");
    const picker = page.getByRole("combobox", { name: "Project" });
    await picker.getByText("No project").waitFor();
    await chooseSetting(page, "Repositories", "house/toaster");
    await page.keyboard.press("Escape");
    await picker.getByText("Toaster").waitFor();
    await page.getByText("Its environment is not built yet", { exact: false }).waitFor();
    await chooseSetting(page, "Project", "Other");
    await button(page, "Save draft").click();
    await page.getByRole("link", { name: "Project Other" }).click();
    await page.getByRole("heading", { level: 1, name: "Other" }).waitFor();
    await page.getByRole("tab", { name: "Sessions" }).click();
    await page.getByRole("link", { name: "Toast it" }).waitFor();
    await page.getByRole("link", { name: "New session" }).click();
    await page.getByText("Its environment is not built yet", { exact: false }).waitFor();
    assert.equal(await picker.textContent(), "Other");
    assert.equal((await here.world.client.sessions.list({ projectIds: [id] })).items.length, 1);
  });

  test("deletes a project with unsaved edits only after a confirmation, and shows only the last error", async (story) => {
    const id = await add("Deleted");
    const page = await here.visit(story, `/projects/${id}`, { expects: /status of 40[04]/ });
    await page.getByLabel("Description").fill("Unsaved");
    const ask = async () => {
      await button(page, "More actions").click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
    };
    const refusal = { status: 400, json: { error: "Not now.", code: "invalid_input" } };
    let isRefused = false;
    await page.route(`**/v1/projects/${id}`, async (route) => {
      if (isRefused || route.request().method() !== "DELETE") return route.continue();
      isRefused = true;
      return route.fulfill(refusal);
    });
    await ask();
    await button(page, "Delete project").click();
    await dialog(page).getByRole("alert").filter({ hasText: "Not now." }).waitFor();
    await dialog(page).getByRole("button", { name: "Close" }).click();
    await ask();
    await button(page, "Delete project").waitFor();
    assert.equal(await dialog(page).getByRole("alert").count(), 0);
    await button(page, "Delete project").click();
    await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
    await page.goto(`${here.world.url}/projects/${id}`);
    await page.getByText("Page not found").waitFor();
  });

  test("a member reads the settings and requests builds, but changes nothing", async (story) => {
    const id = await add("Shared", { setupScript: "make all" });
    await (await worker.start(id)).complete();
    await projects().environmentVariables.create(id, { secrets: [{ key: "TOKEN", value: "hidden-value" }] });
    await worker.start(id);
    const page = await joinAsMember(here, story, "Grace");
    await page.getByRole("link", { name: "Projects" }).click();
    await page.getByRole("link", { name: /Shared/ }).click();
    await page.getByText("Only admins can change projects. You can request builds.").waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Name", exact: true }).isDisabled(), true);
    assert.equal(await page.getByLabel("Setup script").isEditable(), false);
    for (const hidden of ["Save", "More actions"])
      assert.equal(await button(page, hidden).count(), 0, hidden);
    await page.getByRole("tab", { name: "Environments" }).click();
    await button(page, /^Settings of/).waitFor();
    assert.equal(await button(page, /^Delete/).count(), 0);
    await page.getByRole("tab", { name: "Variables" }).click();
    await page.getByText("TOKEN", { exact: true }).waitFor();
    assert.equal(await button(page, "Add variable").count(), 0);
    await button(page, "Build now").click();
    await page.getByText("Waiting for a worker.", { exact: false }).waitFor();
    await page.goto(`${here.world.url}/projects/new`);
    await page.getByText("Only admins can create projects.").waitFor();
    await page.goto(`${here.world.url}/projects`);
    await page.getByRole("link", { name: /Shared/ }).waitFor();
    assert.equal(await page.getByRole("link", { name: "New project" }).count(), 0);
  });

  test("every page of a project fits a phone screen, and has no serious axe violations", async (story) => {
    const id = await add("Accessible", {
      codeRepositoryIds: [repositoryId],
      source: { kind: "dockerfile", repositoryId, path: "Dockerfile" },
      services: [{ name: "db", command: "postgres", ready: { command: "pg_isready" } }],
      user: "root",
      schedule: { cron: "0 3 * * *" },
    });
    await projects().environmentVariables.create(id, { secrets: [{ key: "TOKEN", value: "hidden-value" }] });
    await (await worker.start(id)).complete();
    const build = await worker.start(id);
    await build.print("Cloning\n");
    await build.report({ phase: "Setup script", message: null, percent: 10 });
    const page = await here.visit(story, "/projects", { scheme: "dark" });
    const places: Readonly<Record<string, string>> = {
      "/projects": "Accessible",
      "/projects/new": "Build the environment after creating the project",
      [`/projects/${id}`]: "Base branch of house/kettle",
      [`/projects/${id}?tab=builds`]: "Every day at 03:00, UTC",
      [`/projects/${id}?tab=builds&build=${build.id}`]: "Cloning",
      [`/projects/${id}?tab=environments`]: "Active",
      [`/projects/${id}?tab=variables`]: "TOKEN",
      [`/projects/${id}?tab=sessions`]: "No sessions have started from this project yet.",
    };
    for (const [path, shows] of Object.entries(places)) {
      await page.goto(`${here.world.url}${path}`);
      await page.getByText(shows, { exact: true }).first().waitFor();
      await assertAccessible(page, `${path}, dark`);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize(PHONE);
      await assertAccessible(page, `${path}, light, on a phone`);
      assert.equal(await page.evaluate(fitsItsWindow), true, path);
      await page.emulateMedia({ colorScheme: "dark" });
      await page.setViewportSize({ width: 1280, height: 800 });
    }
  });
});
