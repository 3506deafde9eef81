import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";
import { say } from "../support/say.ts";

const db = 'echo "ready to accept connections"; trap "echo stored; exit 0" TERM; sleep 600 & wait';

describe("services of a session", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
  });
  after(() => here.close());

  const tab = (page: Page) => page.getByRole("tab", { name: "Services" });
  const service = (page: Page, name: string | RegExp) =>
    page.getByRole("list", { name: "Services" }).getByRole("button", { name });
  const log = (page: Page, name: string) => page.getByRole("region", { name: `Log of ${name}` }).last();

  /** Creates a session whose project has the services `db` and `worker`. */
  async function aSession({
    worker = "echo 'Out of memory.' >&2; exit 3",
    ...options
  }: {
    readonly worker?: string;
    readonly queueRightAway?: boolean;
  } = {}): Promise<string> {
    const { project } = await here.world.client.projects.create({
      name: `Kettle ${Math.random()}`,
      sizes: ["micro"],
      services: [
        { name: "db", command: db },
        { name: "worker", command: worker },
      ],
    });
    const prompt = `Begin. SCRIPT(${say("Ready.")})`;
    const input = { prompt, codeRepoIds: [], projectId: project.id, ...options };
    return (await here.world.client.session.create(input)).id;
  }

  test("shows the states and logs of services while they run and after they stopped", async (story) => {
    const id = await aSession();
    await here.world.until(id, ({ eventType }) => eventType === "sandbox.kept");
    const page = await here.visit(story, `/sessions/${id}`);
    await tab(page).click();
    await service(page, /^worker Exited with code 3/).waitFor();
    await log(page, "worker").getByText("Out of memory.").waitFor();
    await service(page, /^db Ready/).click();
    await log(page, "db").getByText("ready to accept connections").waitFor();
    await assertAccessible(page, "the services of a session");

    const phone = await here.visit(story, `/sessions/${id}?panel=services`, { viewport: PHONE });
    await service(phone, /^worker Exited with code 3/).waitFor();
    await log(phone, "worker").getByText("Out of memory.").waitFor();
    assert.equal(await phone.evaluate(fitsItsWindow), true);
    await assertAccessible(phone, "the services of a session on a phone");

    await here.world.client.session.keepAlive(id, 0);
    await service(page, /^db Stopped/).waitFor();
    await log(page, "db").getByText("stored").waitFor();
    await page.reload();
    await service(page, /^db Stopped/).click();
    await log(page, "db").getByText("ready to accept connections").waitFor();
  });

  test("keeps the selected service when another one exits, and announces the exit", async (story) => {
    const { dataDir } = here.world;
    const id = await aSession({ worker: 'until test -e "$HOME/go"; do sleep 0.1; done; exit 3' });
    await here.world.until(id, ({ eventType }) => eventType === "sandbox.kept");
    const page = await here.visit(story, `/sessions/${id}?panel=services`);
    await log(page, "db").getByText("ready to accept connections").waitFor();
    await writeFile(join(dataDir, "sessions", id, "home", "go"), "");
    await service(page, /^worker Exited with code 3/).waitFor();
    assert.equal(await service(page, /^db/).getAttribute("aria-pressed"), "true");
    const announced = page.locator('[aria-live="polite"]').getByText("worker: Exited with code 3");
    assert.equal(await announced.count(), 1);
  });

  test("shows the tab with an error when the services cannot be loaded", async (story) => {
    const id = await aSession({ queueRightAway: false });
    const page = await here.visit(story, "/sessions", { expects: /status of 500/ });
    let isBroken = true;
    await page.route(`**/v1/sessions/${id}/services`, (route) =>
      isBroken
        ? route.fulfill({ status: 500, json: { error: "Broken.", code: "internal" } })
        : route.continue(),
    );
    await page.goto(`${here.world.url}/sessions/${id}`);
    await tab(page).click();
    await page.getByRole("alert").getByText("Broken.").waitFor();
    isBroken = false;
    await page.getByRole("alert").getByRole("button").click();
    await service(page, /^db Not started/).waitFor();
  });

  test("shows services before their first start, and none in a session without a project", async (story) => {
    const page = await here.visit(story, `/sessions/${await aSession({ queueRightAway: false })}`);
    await tab(page).click();
    await service(page, /^db Not started/).waitFor();
    await log(page, "db").getByText("The service has not started yet.").waitFor();

    const plain = await here.world.client.session.create({ prompt: "Later.", queueRightAway: false });
    await page.goto(`${here.world.url}/sessions/${plain.id}`);
    await page.getByRole("tab", { name: "Terminal" }).waitFor();
    assert.equal(await tab(page).count(), 0);
    await page.goto(`${here.world.url}/sessions/${plain.id}?panel=services`);
    await page.getByText(/^No services\. Add services/).waitFor();
  });
});
