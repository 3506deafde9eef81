import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";

describe("files of the workspace", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
  });
  after(() => here.close());

  test("shows the tree and a file, saves a change, and the agent's next turn learns about it", async (story) => {
    const { client, model } = here.world;
    const { id } = await client.session.create({
      prompt:
        'Begin. SCRIPT(bash("mkdir -p src && echo \'const a = 1;\' > src/main.ts && ln -s /etc/passwd link && mkfifo pipe"), say("Ready."))',
    });
    await here.world.until(id, ({ eventType }) => eventType === "sandbox.kept");
    const page = await here.visit(story, `/sessions/${id}?panel=files`, { expects: /status of 409/ });
    const tree = page.getByRole("list", { name: "Files of the workspace" });
    await tree.getByText("link").first().waitFor();
    await tree.getByText("Cannot be shown").waitFor();
    await tree.getByRole("button", { name: "src", exact: true }).click();
    await assertAccessible(page, "the tree of the workspace");
    await tree.getByRole("button", { name: "main.ts" }).click();
    await page.getByRole("heading", { name: "src/main.ts" }).waitFor();
    await page.locator("pre").getByText("const a = 1;", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    const field = page.getByRole("textbox", { name: "Text of src/main.ts" });
    await field.fill("const a = 2;\n");
    await assertAccessible(page, "the editor of a file");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator("pre").getByText("const a = 2;", { exact: true }).waitFor();
    await field.waitFor({ state: "detached" });

    // The agent changes the file while a person edits it.
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await field.fill("const a = 3;\n");
    const before = model.requests.length;
    await client.session.messages.create(id, {
      content: 'Go on. SCRIPT(bash("cat src/main.ts; echo \'const a = 4;\' > src/main.ts"), say("Read."))',
    });
    await here.world.until(
      id,
      ({ eventData }) => eventData.type === "text" && eventData.text.includes("Read."),
    );
    await here.world.ended(id, 2);
    const heard = JSON.stringify(model.requests.slice(before).map(({ userTexts }) => userTexts));
    assert.match(heard, /A person has edited these files/);
    assert.match(heard, /src\/main\.ts/);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("has changed since you opened it").waitFor();
    assert.equal(await field.inputValue(), "const a = 3;\n", "the text stays");
    await page.reload();
    await field.waitFor();
    assert.equal(await field.inputValue(), "const a = 3;\n", "the text survives a reload");
    await page.getByRole("button", { name: "Discard changes" }).click();
    await page.locator("pre").getByText("const a = 4;", { exact: true }).waitFor();
  });

  test("states that a session without a workspace has no files yet, and not as a failure", async (story) => {
    const { id } = await here.world.client.session.create({ prompt: "A first idea", queueRightAway: false });
    const page = await here.visit(story, `/sessions/${id}?panel=files`, { expects: /status of 409/ });
    await page.getByText(/workspace is not on this server/).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
  });
});
