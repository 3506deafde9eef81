import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { API_KEY, reachingLoopback } from "../../support/index.ts";
import { connectGitlab, startGitlab } from "../../talking/connect-gitlab.ts";
import { createPerson } from "../../talking/person.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, DESKTOP, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow, nothingRan } from "../support/hostile.ts";
import { layoutShift } from "../support/layout-shift.ts";
import { say } from "../support/say.ts";

const MANY = 2_000;
const ATTIC_FILE = /^p\d+\/s\/f\d+\.ts$/;

describe("review inbox and pull request tour", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let bobsKey: string;
  let kettle: string;
  let attic: string;
  before(async () => {
    here = await openBrowserWorld({ env: reachingLoopback });
    const { client } = here.world;
    const { organizationId } = await client.me.context();
    const { id: memberId } = await client.organizations.members.create(organizationId, {
      emailAddress: "bob@example.com",
    });
    ({ token: bobsKey } = await client.apiKeys.create({ memberId, name: "bob" }));
    kettle = await pullRequestOf("kettle", [
      `write("src/kettle.ts", "export const kettle = 1;\\n")`,
      `write("src/kettle.test.ts", "import './kettle.ts';\\n")`,
      `write("migrations/0001-kettles.sql", "create table kettles ();\\n")`,
      `write("README.md", "# Kettle\\n")`,
      `write("package-lock.json", "{}\\n")`,
    ]);
    attic = await pullRequestOf("attic", [
      `bash("for i in $(seq ${MANY}); do mkdir -p p$((i % 40))/s; echo $i > p$((i % 40))/s/f$i.ts; done")`,
      `bash("echo 1 > '<img src=x onerror=window.broken=1>.md'; echo 1 > '[x](javascript:window.broken=2).md'")`,
      `bash("echo 1 > $(printf '\\\\342\\\\200\\\\256evil.md'); echo 1 > ${"W".repeat(200)}.md")`,
    ]);
  });
  after(() => here.close());

  /** Creates a session that runs these steps and opens a pull request. Returns the pull request's ID. */
  async function pullRequestOf(name: string, steps: readonly string[]): Promise<string> {
    const repository = await here.world.repository(`house/${name}`, { "a.txt": "1\n" });
    const prompt = `Fix the ${name}. SCRIPT(${[...steps, say("It is fixed")].join(", ")})`;
    const session = await here.world.client.session.create({ prompt, repositories: [repository.url] });
    await here.world.ended(session.id);
    const { items } = await here.world.client.pullRequests.list({ repositoryIds: [repository.id] });
    return items[0]!.id;
  }
  const section = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 2, name });
  const group = (page: Page, name: string) => page.getByRole("region", { name: new RegExp(`^${name}`) });
  const at = (page: Page) => new URL(page.url()).searchParams.get("section");

  async function visitAsBob(story: Parameters<typeof here.visit>[0], path: string): Promise<Page> {
    const page = await here.visit(story, `/sign-in?next=${encodeURIComponent(path)}`, { isSignedIn: false });
    await page.locator("input").and(page.getByLabel("API key")).fill(bobsKey);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Review" }).waitFor();
    return page;
  }

  test("steps through the tour by keyboard, from contracts to generated files", async (story) => {
    const page = await here.visit(story, `/review/${kettle}`);
    await page.getByRole("link", { name: "Tour" }).click();
    await section(page, "Introduction").waitFor();
    await page.getByText("It is fixed").first().waitFor();
    for (const name of ["Contracts and schema", "src", "Documentation", "Generated files and lockfiles"]) {
      await page.keyboard.press("n");
      await section(page, name).waitFor();
      assert.equal(await page.evaluate("document.activeElement.id"), "stop");
    }
    assert.equal(at(page), "generated");
    await page.getByRole("button", { name: "Show 1 file" }).click();
    await page.getByRole("region", { name: "package-lock.json" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Next", exact: true }).isDisabled(), true);
    await page.keyboard.press("n");
    await page.keyboard.press("p");
    await page.keyboard.press("p");
    await section(page, "src").waitFor();
    const files = page.getByRole("region", { name: /kettle/ });
    await files.nth(1).waitFor();
    const names = await files.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    assert.deepEqual(names, ["src/kettle.ts", "src/kettle.test.ts"]);
  });

  test("opens the section in the URL, and remembers seen sections after a reload", async (story) => {
    const page = await here.visit(story, `/review/${kettle}/tour?section=docs`);
    await section(page, "Documentation").waitFor();
    await page.getByText("0 of 5 seen").waitFor();
    await page.keyboard.press("v");
    await page.getByText("1 of 5 seen").waitFor();
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByRole("button", { name: "Mark as seen" }).click();
    await page.getByText("2 of 5 seen").waitFor();
    await page.reload();
    await section(page, "src").waitFor();
    await page.getByText("2 of 5 seen").waitFor();
    await page.keyboard.press("v");
    await page.getByText("1 of 5 seen").waitFor();
  });

  test("groups 2,000 files into few sections, shows 40 at a time, and executes no markup in file names", async (story) => {
    const page = await here.visit(story, `/review/${attic}/tour?section=rest`, { viewport: PHONE });
    await section(page, "Other folders").waitFor();
    const files = page.getByRole("region", { name: ATTIC_FILE });
    await files.first().waitFor();
    assert.equal(await files.count(), 40);
    await page.getByRole("button", { name: /^Show 40 more/ }).click();
    await files.nth(79).waitFor();
    assert.equal(await files.count(), 80);
    await page.keyboard.press("n");
    await section(page, "Documentation").waitFor();
    await page.getByRole("region", { name: /onerror/ }).waitFor();
    await page.getByText("\\u{202E}evil.md", { exact: true }).waitFor();
    assert.equal(await page.evaluate(nothingRan), true);
    assert.equal(await page.evaluate(fitsItsWindow), true);
  });

  test("comments on a line in the tour, and shows the thread there, in the files and to other people", async (story) => {
    const tour = `/review/${kettle}/tour?section=source:src`;
    for (const scheme of ["light", "dark"] as const) {
      const page = await here.visit(story, tour, { scheme });
      if (scheme === "light") {
        await page.getByRole("button", { name: "Comment on line 1" }).first().click();
        await page.getByRole("textbox", { name: "Comment on line 1" }).fill("Why one kettle?");
        await page.getByRole("button", { name: "Add comment" }).click();
      }
      await page.getByText("Why one kettle?").first().waitFor();
      await page.getByRole("button", { name: "Send to agent" }).waitFor();
      assert.ok((await layoutShift(page)) < 0.1);
      await assertAccessible(page, `thread in the tour, ${scheme}`);
    }
    const other = await visitAsBob(story, "/review");
    await other.goto(`${here.world.url}${tour}`);
    await other.getByText("Why one kettle?").first().waitFor();
    await other.goto(`${here.world.url}/review/${kettle}?tab=files`);
    await other.getByText("Why one kettle?").first().waitFor();
  });

  test("keeps unsent notes in the tour of another forge's pull request after a push", async (story) => {
    const page = await here.visit(story, "/review");
    let head = "0".repeat(40);
    // The built-in forge stores comments, so the page must not know that this pull request is on it.
    await page.route(`**/pull-requests/${kettle}/status*`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), reviewsHere: false } });
    });
    await page.route(`**/pull-requests/${kettle}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), headSha: head } });
    });
    await page.goto(`${here.world.url}/review/${kettle}/tour?section=source:src`);
    await page.getByText(/^0 of \d+ /).waitFor();
    await page.keyboard.press("v");
    await page.getByText(/^1 of \d+ /).waitFor();
    await page.getByRole("button", { name: "Comment on line 1" }).first().click();
    await page.getByRole("textbox", { name: "Comment on line 1" }).fill("Only a note");
    await page.getByRole("button", { name: "Add comment" }).click();
    await page.getByText("Only a note").waitFor();
    head = "1".repeat(40);
    await page.getByText(/^0 of \d+ /).waitFor();
    await page.getByText("Only a note").waitFor();
  });

  test("the files of the tour keep their positions while their colors load", async (story) => {
    const page = await here.visit(story, "/review");
    const loads = Promise.withResolvers<void>();
    await page.route(/diff-tokens[^/]*[.]js$/, async (route) => {
      await loads.promise;
      await route.continue();
    });
    await page.goto(`${here.world.url}/review/${attic}/tour?section=rest`);
    const files = page.getByRole("region", { name: ATTIC_FILE });
    const heightOf = async (index: number) => (await files.nth(index).boundingBox())!.height;
    await files.first().locator("code").waitFor();
    const [near, far] = [await heightOf(0), await heightOf(39)];
    assert.equal(await files.nth(39).locator("code").count(), 0, "control: only near files are rendered");
    assert.equal(near, far);
    assert.equal(await files.first().locator(".hljs-number").count(), 0, "control: no colors yet");
    loads.resolve();
    await files.first().locator(".hljs-number").waitFor();
    assert.equal(await heightOf(0), near);
  });

  test("shows each user their own inbox, and moves pull requests as reviews are requested and submitted", async (story) => {
    await pullRequestOf("toaster", [`write("b.txt", "2\\n")`]);
    const [ada, bob] = [API_KEY, bobsKey].map((key) => createPerson(here.world.url, key, "house/toaster"));
    await ada!.requestReview(1, ["bob"]);
    const [adas, bobs] = [await here.visit(story, "/review"), await visitAsBob(story, "/review")];
    const comesTo = async (page: Page, name: string) => {
      const toaster = group(page, name).getByRole("link", { name: /Fix the toaster/ });
      // Reloads the page, because it refreshes only every ten seconds.
      for (let looks = 0; looks < 100 && (await toaster.count()) === 0; looks++) {
        await page.reload();
        await page.getByRole("link", { name: /Fix the toaster/ }).waitFor();
      }
      await toaster.waitFor();
    };
    await comesTo(bobs, "Needs your review");
    await comesTo(adas, "Open");
    await bob!.review(1, "Not yet.", []);
    await comesTo(adas, "Changes requested");
    await comesTo(bobs, "Open");
    await group(bobs, "Open").getByText("Changes requested").waitFor();
    await ada!.requestReview(1, ["bob"]);
    await comesTo(bobs, "Needs your review");
    await comesTo(adas, "Open");
    await adas.goto(`${here.world.url}/review?state=returned`);
    await adas.getByText(/No changes requested/).waitFor();
  });

  test("saves the user's forge username in the settings", async (story) => {
    const gitlab = await startGitlab();
    story.after(() => gitlab.close());
    const { integration } = await connectGitlab(here.world.client, gitlab);
    const page = await here.visit(story, "/review");
    await page.getByRole("link", { name: "Add username" }).click();
    const name = page.getByRole("textbox", { name: `Username on ${integration.displayName}` });
    await name.fill("@ada-l");
    await page.locator("form").filter({ has: name }).getByRole("button").click();
    await page.getByText("Saved").first().waitFor();
    await page.reload();
    await name.waitFor();
    assert.equal(await name.inputValue(), "ada-l");
    await page.goto(`${here.world.url}/review`);
    await page.getByRole("link", { name: /Fix the kettle/ }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Add username" }).count(), 0);
  });

  for (const scheme of ["light", "dark"] as const)
    test(`axe reports no serious violations on the tour, ${scheme}, on a desktop and a phone`, async (story) => {
      for (const viewport of [DESKTOP, PHONE]) {
        const page = await here.visit(story, `/review/${kettle}/tour?section=source:src`, {
          scheme,
          viewport,
        });
        await page.getByText("export const kettle").waitFor();
        await assertAccessible(page, `tour, ${scheme}, ${viewport.width} wide`);
        assert.equal(await page.evaluate(fitsItsWindow), true);
      }
    });
});
