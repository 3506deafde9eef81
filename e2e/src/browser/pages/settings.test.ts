import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";

const SECTIONS = {
  account: "Your account",
  notifications: "Notifications",
  organization: "Organization",
  members: "Members",
  "api-keys": "API keys",
  budget: "Budget",
  usage: "Usage",
  "audit-log": "Audit log",
  status: "Status",
  models: "Models",
  secrets: "Secrets",
  egress: "Internet access",
  skills: "Skills",
  mcp: "MCP connections",
  integrations: "Integrations",
  webhooks: "Webhooks",
  "mail-server": "Mail server",
};
const PASSWORD = "correct horse battery staple";

describe("settings", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const isOpen = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const dialog = (page: Page) => page.getByRole("dialog");
  const statusWith = async (key: string) =>
    (await fetch(`${here.world.url}/v1/sessions`, { headers: { authorization: `Bearer ${key}` } })).status;

  for (const [id, name] of Object.entries(SECTIONS)) {
    test(`the ${name} section opens by its URL, fits a phone screen, and has no serious axe violations`, async (story) => {
      const page = await here.visit(story, `/settings/${id}`, { scheme: "dark" });
      await isOpen(page, name);
      await assertAccessible(page, `${name}, dark`);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize(PHONE);
      await assertAccessible(page, `${name}, light, on a phone`);
      assert.equal(await page.evaluate(fitsItsWindow), true);
    });
  }

  test("shows Page not found for an unknown section", async (story) => {
    const page = await here.visit(story, "/settings/nowhere");
    await page.getByText("Page not found").waitFor();
  });

  test("shows a new API key once, and the key works until it is revoked", async (story) => {
    const page = await here.visit(story, "/settings/api-keys");
    await button(page, "Create API key").click();
    await dialog(page).getByLabel("Name").fill("For the toaster");
    await dialog(page).getByRole("button", { name: "Create API key" }).click();
    const shown = dialog(page).filter({ hasText: "Your new API key" });
    const token = String(await shown.getByText(/^tembo_\S{16,}$/).textContent());
    await page.keyboard.press("Escape");
    await shown.waitFor();
    await shown.getByRole("button", { name: "Done" }).click();
    await shown.waitFor({ state: "detached" });
    await page.reload();
    await page.getByText("For the toaster").waitFor();
    assert.ok(!(await page.content()).includes(token), "shows the key only once");
    assert.equal(await statusWith(token), 200);

    await button(page, "Revoke For the toaster").click();
    await dialog(page).getByRole("button", { name: "Revoke", exact: true }).click();
    await button(page, "Revoke For the toaster").waitFor({ state: "detached" });
    assert.equal(await statusWith(token), 401);
  });

  test("revokes nothing if the user cancels the confirmation", async (story) => {
    const { token } = await here.world.client.apiKeys.create({ name: "To be kept" });
    const page = await here.visit(story, "/settings/api-keys");
    await button(page, "Revoke To be kept").click();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await button(page, "Revoke To be kept").waitFor();
    assert.equal(await statusWith(token), 200);
  });

  test("saves a secret, and never shows its value again", async (story) => {
    const value = "a-value-that-nobody-sees-again";
    const page = await here.visit(story, "/settings/secrets");
    await button(page, "Add secret").click();
    await dialog(page).getByLabel("Environment variable").fill("KETTLE_TOKEN");
    await dialog(page).locator("input").and(dialog(page).getByLabel("Value")).fill(value);
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await page.getByText("KETTLE_TOKEN").first().waitFor();
    const reading: Promise<string>[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/v1/")) reading.push(response.text().catch(() => ""));
    });
    await page.reload();
    await page.getByText("KETTLE_TOKEN").first().waitFor();
    const answers = await Promise.all(reading);
    assert.ok(
      answers.some((answer) => answer.includes("KETTLE_TOKEN")),
      "control: the responses were read",
    );
    assert.ok(!answers.some((answer) => answer.includes(value)));
  });

  test("shows in the form why the server rejects a name, and keeps the input", async (story) => {
    const page = await here.visit(story, "/settings/secrets", { expects: /status of 4\d\d/ });
    await button(page, "Add secret").click();
    await dialog(page).getByLabel("Environment variable").fill("not a name");
    await dialog(page).locator("input").and(dialog(page).getByLabel("Value")).fill("whatever it is");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByRole("alert").waitFor();
    assert.equal(await dialog(page).getByLabel("Environment variable").inputValue(), "not a name");
  });

  test("invites a person with a single-use link, and that person then signs in with a password", async (story) => {
    const page = await here.visit(story, "/settings/members");
    await page.getByLabel("Email address", { exact: true }).fill("ada@example.com");
    await button(page, "Create link").click();
    const link = new URL(
      String(
        await dialog(page)
          .getByText(/\/welcome#/)
          .textContent(),
      ),
    );
    const path = `${link.pathname}${link.hash}`;

    const guest = await here.visit(story, path, { isSignedIn: false });
    await guest.getByLabel("Name").fill("Ada");
    await guest.getByLabel("Email address").fill("ada@example.com");
    const password = guest.locator("input").and(guest.getByLabel("Password", { exact: true }));
    await password.fill("short");
    await guest.getByText("5 more characters required").waitFor();
    await password.fill(PASSWORD);
    await button(guest, "Create account").click();
    await guest.getByRole("button", { name: /^Account menu for Ada/ }).waitFor();

    const second = await here.visit(story, path, { isSignedIn: false, expects: /status of 4\d\d/ });
    await second.getByLabel("Name").fill("Eve");
    await second.getByLabel("Email address").fill("eve@example.com");
    await second
      .locator("input")
      .and(second.getByLabel("Password", { exact: true }))
      .fill(PASSWORD);
    await button(second, "Create account").click();
    await second.getByRole("alert").waitFor();

    const again = await here.visit(story, "/sign-in", { isSignedIn: false, expects: /status of 401/ });
    await again.getByLabel("Email address").fill("ada@example.com");
    const given = again.locator("input").and(again.getByLabel("Password", { exact: true }));
    await given.fill("not the right one");
    await button(again, "Sign in").click();
    await again.getByRole("alert").waitFor();
    await given.fill(PASSWORD);
    await button(again, "Sign in").click();
    await again.getByRole("button", { name: /^Account menu for Ada/ }).waitFor();

    // The page tells members that only admins can make this change, and hides the controls.
    await again.goto(`${here.world.url}/settings/members`);
    await again
      .getByText(/Only organization admins/)
      .first()
      .waitFor();
    assert.equal(await button(again, "Create link").count(), 0);
  });

  test("reports an error for an invitation link without its fragment", async (story) => {
    const page = await here.visit(story, "/welcome", { isSignedIn: false });
    await page.getByRole("alert").waitFor();
    assert.match(String(await page.getByRole("alert").textContent()), /#/);
  });
});
