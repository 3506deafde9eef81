import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { type Step, steps } from "../scripted-model/steps.ts";
import { DESKTOP, noBrowser, openBrowserWorld, PHONE } from "./support/browser-world.ts";

const FOLDER = fileURLToPath(new URL("../../../docs/screenshots/", import.meta.url));
const looks = {
  light: { scheme: "light", viewport: DESKTOP },
  dark: { scheme: "dark", viewport: DESKTOP },
  phone: { scheme: "light", viewport: PHONE },
} as const;
// Nothing is compared: letters are drawn otherwise on every machine, and what must hold of a page is asserted by its stories.
const notAsked = process.env.UPDATE_SCREENSHOTS !== "1" && "UPDATE_SCREENSHOTS=1 draws them anew";

test("every page is drawn in docs/screenshots", { skip: noBrowser || notAsked }, async (story) => {
  const here = await openBrowserWorld();
  story.after(() => here.close());
  const { client } = here.world;
  const repository = await here.world.repository("house/kettle", {
    "README.md": "# Kettle\n",
    "src/boil.ts": "export const boilsAt = 90;\n",
  });
  const { say, think, write, read, edit, bash, fail } = steps;
  const tasks: Readonly<Record<string, readonly Step[]>> = {
    "Keep the log short.": [
      steps.title("Keep the log short"),
      write("log.txt", "1\n"),
      say("It is short now."),
    ],
    "Name the colours of the lamp.": [steps.title("Name the colours of the lamp"), fail(400)],
    "Boil at the right temperature.": [
      steps.title("Boil at the right temperature"),
      think("Water boils at 100 degrees."),
      say("The kettle stops too early. I look at **src/boil.ts** first."),
      read("src/boil.ts"),
      edit("src/boil.ts", "90", "100"),
      bash("echo 4 tests passed"),
      say("Water boils at `100` degrees now:\n\n- `boilsAt` is what the sensor tells\n- all tests pass"),
    ],
  };
  for (const [prompt, script] of Object.entries(tasks)) {
    here.world.model.script(prompt, script);
    const { id } = await client.session.create({ prompt, repositories: [repository.url] });
    await here.world.ended(id);
  }
  const { items } = await client.sessions.list({ limit: 1 });
  await client.session.create({ prompt: "Ask the toaster how it feels", queueRightAway: false });
  const pullRequest = (await client.pullRequests.list({ limit: 1 })).items[0]!;

  const pages: Readonly<Record<string, readonly [string, (page: Page) => Promise<void>]>> = {
    "sign-in": ["/sign-in", (page) => page.getByRole("heading", { level: 1 }).waitFor()],
    sessions: [
      "/sessions",
      (page) =>
        page
          .getByRole("link", { name: /kettle|Boil/ })
          .first()
          .waitFor(),
    ],
    "new-session": ["/sessions/new", (page) => page.getByRole("textbox", { name: "Task" }).waitFor()],
    session: [`/sessions/${items[0]!.id}`, (page) => page.getByText("all tests pass").first().waitFor()],
    changes: [
      `/sessions/${items[0]!.id}?panel=changes`,
      (page) => page.getByText("boilsAt = 100").first().waitFor(),
    ],
    review: [
      "/review",
      (page) =>
        page
          .getByRole("link", { name: /Boil|Keep/ })
          .first()
          .waitFor(),
    ],
    "pull-request": [
      `/review/${pullRequest.id}`,
      (page) => page.getByText("boilsAt = 100").first().waitFor(),
    ],
    settings: ["/settings/models", (page) => page.getByRole("heading", { level: 1 }).waitFor()],
  };
  await mkdir(FOLDER, { recursive: true });
  const now = new Date();
  for (const [name, [path, isThere]] of Object.entries(pages)) {
    for (const [look, { scheme, viewport }] of Object.entries(looks)) {
      const page = await here.visit(story, "/sign-in", { scheme, viewport, isSignedIn: name !== "sign-in" });
      // So that whatever happened, it was just now.
      await page.clock.setFixedTime(now);
      await page.goto(`${here.world.url}${path}`);
      await isThere(page);
      await page.evaluate(
        "document.fonts.ready.then(() => new Promise((resolve) => setTimeout(resolve, 500)))",
      );
      await page.screenshot({ path: `${FOLDER}${name}-${look}.png`, animations: "disabled" });
      await page.context().close();
    }
  }
});
