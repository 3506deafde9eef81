import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { API_KEY } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { say } from "../support/say.ts";

interface Linked {
  readonly html_url: string;
}

describe("links to the built-in forge", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let pullRequest: { readonly id: string; readonly url: string; readonly path: string };
  before(async () => {
    here = await openBrowserWorld();
    const { client } = here.world;
    const repository = await here.world.repository("house/kettle", { "a.txt": "1\n" });
    const prompt = `Fix the kettle. SCRIPT(write("b.txt", "2\\n"), ${say("It is fixed")})`;
    const session = await client.session.create({ prompt, repositories: [repository.url] });
    await here.world.ended(session.id);
    const [item] = (await client.pullRequests.list({ repositoryIds: [repository.id] })).items;
    const { id, url } = await client.pullRequests.retrieve(item!.id);
    pullRequest = { id, url, path: new URL(url).pathname };
  });
  after(() => here.close());

  const ask = async <T>(path: string): Promise<T> => {
    const url = `${here.world.url}/api/github/v3/repos/house/kettle${path}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${API_KEY}` } });
    assert.equal(response.status, 200, url);
    return (await response.json()) as T;
  };

  test("opens the review from a pull request's link", async (story) => {
    assert.match(pullRequest.path, /^\/house\/kettle\/pull\/\d+$/);
    const page = await here.visit(story, pullRequest.path);
    await page.waitForURL(`**/review/${pullRequest.id}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
  });

  test("opens the review from a pull request's link after signing in", async (story) => {
    const page = await here.visit(story, pullRequest.path, { isSignedIn: false });
    await page.locator("input").and(page.getByLabel("API key")).fill(API_KEY);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`**/review/${pullRequest.id}`);
  });

  test("shows a page for every html_url that the forge's API returns", async (story) => {
    const pull = await ask<Linked & { user: Linked; base: { repo: Linked & { owner: Linked } } }>("/pulls/1");
    const [commit] = await ask<Linked[]>("/pulls/1/commits");
    const file = await ask<Linked>("/contents/a.txt");
    const { user, base } = pull;
    const page = await here.visit(story, "/sessions");
    for (const { html_url } of [pull, user, base.repo, base.repo.owner, commit!, file]) {
      await page.goto(html_url);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      assert.equal(await page.getByText("Page not found").count(), 0, html_url);
    }
    // Control: a repository that does not exist has no page.
    await page.goto(`${here.world.url}/house/nothing/pull/1`);
    await page.getByText("Page not found").waitFor();
  });
});
