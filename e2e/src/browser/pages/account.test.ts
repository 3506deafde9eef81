import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { ageConfirmations } from "../support/age-confirmations.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld, PHONE } from "../support/browser-world.ts";
import { fitsItsWindow } from "../support/hostile.ts";
import { joinAsMember, MEMBER_PASSWORD } from "../support/member.ts";

describe("accounts", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const dialog = (page: Page, name: string) => page.getByRole("dialog", { name });
  const askedToSignIn = (page: Page) => page.getByRole("heading", { name: "Sign in to Tembo" }).waitFor();

  test("asks for the password again after ten minutes before an account change, then completes the change", async (story) => {
    const page = await joinAsMember(here, story, "Ada", { expects: /status of 403/ });
    await page.goto(`${here.world.url}/settings/account`);
    const address = page.getByLabel("Email address");
    const confirmation = dialog(page, "Confirm with your password");
    const password = confirmation.locator("input[autocomplete=current-password]");
    const change = async (to: string) => {
      await address.fill(to);
      await button(page, "Save").first().click();
    };
    const isSaved = (email: string) =>
      page.waitForResponse(
        async (response) =>
          response.request().method() === "PATCH" &&
          response.ok() &&
          (await response.text()).includes(JSON.stringify(email)),
      );
    await address.waitFor();

    const first = isSaved("ada.1@example.com");
    await change("ada.1@example.com");
    await first;
    assert.equal(await confirmation.count(), 0, "control: no confirmation right after signing in");

    await ageConfirmations(here, 9);
    const second = isSaved("ada.2@example.com");
    await change("ada.2@example.com");
    await second;
    assert.equal(await confirmation.count(), 0, "control: no confirmation after nine minutes");

    await ageConfirmations(here, 2);
    await change("ada.3@example.com");
    await confirmation.waitFor();
    await assertAccessible(page, "the password confirmation");
    await password.fill("not this one");
    await confirmation.getByRole("button", { name: "Confirm" }).click();
    await confirmation.getByRole("alert").filter({ hasText: "The password is incorrect" }).waitFor();
    assert.equal(await password.inputValue(), "not this one", "keeps the entered password");
    await page.keyboard.press("Escape");
    await confirmation.waitFor({ state: "detached" });
    await page.getByRole("alert").filter({ hasText: "Enter your password again" }).waitFor();
    assert.equal(await address.inputValue(), "ada.3@example.com", "the form keeps the changed address");

    const third = isSaved("ada.3@example.com");
    await button(page, "Save").first().click();
    await password.fill(MEMBER_PASSWORD);
    await page.keyboard.press("Enter");
    await third;
    await confirmation.waitFor({ state: "detached" });
    await page.reload();
    await address.waitFor();
    assert.equal(await address.inputValue(), "ada.3@example.com");
  });

  test("lets an admin list a member's sign-ins, and revoke one or all of them", async (story) => {
    const first = await joinAsMember(here, story, "Grace", { expects: /status of 401/ });
    const second = await here.visit(story, "/sign-in", {
      isSignedIn: false,
      expects: /status of 401/,
      context: { userAgent: "Mozilla/5.0 (iPhone) FxiOS/140.0 Safari/605.1" },
    });
    await second.getByLabel("Email address").fill("grace@example.com");
    await second.locator("input[type=password]").fill(MEMBER_PASSWORD);
    await button(second, "Sign in").click();
    await button(second, "Account menu for Grace").waitFor();

    const page = await here.visit(story, "/settings/members");
    await button(page, "Grace's sign-ins").click();
    const list = dialog(page, "Grace's sign-ins");
    const rows = list.getByRole("listitem");
    await rows.filter({ hasText: /Firefox, iPhone.*Signed in just now.*127\.0\.0\.1/ }).waitFor();
    assert.equal(await rows.count(), 2);
    await assertAccessible(page, "the sign-ins of a member");
    await page.setViewportSize(PHONE);
    assert.equal(await page.evaluate(fitsItsWindow), true);

    await button(page, "Sign out Firefox, iPhone").click();
    await dialog(page, "Sign out this browser?")
      .getByRole("button", { name: "Sign out", exact: true })
      .click();
    await rows.filter({ hasText: "Firefox" }).waitFor({ state: "detached" });
    await second.reload();
    await askedToSignIn(second);
    await first.reload();
    await button(first, "Account menu for Grace").waitFor();

    await list.getByRole("button", { name: "Sign out all browsers" }).click();
    await dialog(page, "Sign Grace out of all browsers?")
      .getByRole("button", { name: "Sign out all browsers" })
      .click();
    await list.getByText("This person is not signed in on any browser.").waitFor();
    await first.reload();
    await askedToSignIn(first);

    await list.getByRole("button", { name: "Close" }).click();
    const admin = (
      await here.world.client.organizations.members.list((await here.world.client.me.retrieve()).orgId!)
    ).items;
    const own = admin.find(({ role }) => role === "org:admin")!;
    const name = own.firstName ?? own.emailAddress;
    await button(page, `${name}'s sign-ins`).click();
    const ownList = dialog(page, `${name}'s sign-ins`);
    await ownList.getByText("This browser").waitFor();
    assert.equal(await ownList.getByRole("button", { name: "Sign out all browsers" }).count(), 0);
  });
});
