import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { createBrowser } from "../../../../server/src/core/automation/notification/push/testing/browser.ts";
import { startSmtp } from "../../../../server/src/testing/smtp-server.ts";
import { eventually } from "../../support/api-edge.ts";
import { reachingLoopback } from "../../support/index.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { joinAsMember } from "../support/member.ts";
import { startPushService } from "../support/push-service.ts";

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36";

describe("notifications", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  let smtp: Awaited<ReturnType<typeof startSmtp>>;
  before(async () => {
    here = await openBrowserWorld({ env: reachingLoopback });
    smtp = await startSmtp();
  });
  after(async () => {
    await here.close();
    await smtp.close();
  });

  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const saved = (page: Page) => page.getByText("Saved", { exact: true }).first().waitFor();
  const open = async (page: Page, section: string, name: string) => {
    await page.goto(`${here.world.url}/settings/${section}`);
    await page.getByRole("heading", { level: 1, name }).waitFor();
  };

  /** Makes a member an admin, who then connects again. */
  const promote = async (email: string) => {
    const { client } = here.world;
    const organizationId = String((await client.me.retrieve()).orgId);
    const { items } = await client.organizations.members.list(organizationId);
    const member = items.find(({ emailAddress }) => emailAddress === email);
    await client.organizations.members.update(organizationId, member!.id, { role: "org:admin" });
  };

  test("an admin sets up a mail server, sends a test, and sees why a wrong host fails", async (story) => {
    const page = await joinAsMember(here, story, "Ada", { expects: /status of (409|502)/ });
    await open(page, "mail-server", "Mail server");
    await page.getByText("Only organization admins can view this page.").waitFor();
    await open(page, "notifications", "Notifications");
    await page.getByText(/has no mail server. An admin can add one/).waitFor();
    assert.equal(await button(page, "Send test").isDisabled(), true);

    await promote("ada@example.com");
    await open(page, "mail-server", "Mail server");
    await page.getByLabel("Encryption").selectOption("none");
    assert.equal(await page.getByLabel("Port").inputValue(), "25");
    await page.getByLabel("Host").fill("127.0.0.1");
    await page.getByLabel("Port").fill(String(smtp.port));
    await page.getByLabel("Sender's address").fill("tembo@example.com");
    await button(page, "Save").click();
    await saved(page);
    await assertAccessible(page, "the mail server");
    await button(page, "Send test").click();
    await page.getByText("Test sent to ada@example.com").waitFor();
    assert.deepEqual(
      smtp.received.map(({ to }) => to),
      [["ada@example.com"]],
    );

    await page.getByLabel("Host").fill("smtp.invalid");
    await button(page, "Save").click();
    await page.reload();
    assert.equal(await page.getByLabel("Host").inputValue(), "smtp.invalid");
    await button(page, "Send test").click();
    await page
      .getByRole("alert")
      .filter({ hasText: "smtp.invalid" })
      .filter({ hasText: "has no address" })
      .waitFor();
    assert.equal(smtp.received.length, 1);

    await page.getByLabel("Host").fill("127.0.0.1");
    await button(page, "Save").click();
    await page.reload();
    await button(page, "Delete mail server").click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete mail server" }).click();
    await page.getByText("Mail server deleted").waitFor();
    assert.equal(await button(page, "Send test").count(), 0);
  });

  test("saves the choices and quiet hours of a person", async (story) => {
    const page = await here.visit(story, "/settings/notifications");
    const choice = page.getByLabel("Finished: Email");
    assert.equal(await choice.isChecked(), false);
    await choice.check();
    await button(page, "Save").first().click();
    await saved(page);
    await page.getByRole("switch", { name: "Use quiet hours" }).click();
    await page.getByLabel("From").fill("21:30");
    await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
    await button(page, "Save").nth(1).click();
    await eventually(async () => {
      const userId = String((await here.world.client.me.retrieve()).userId);
      const { quietHours } = await here.world.client.users.notifications.retrieve(userId);
      return quietHours?.from === "21:30" && quietHours.timeZone === "Asia/Tokyo";
    });
    await page.reload();
    await page.getByLabel("From").waitFor();
    assert.equal(await choice.isChecked(), true);
    assert.equal(await page.getByLabel("From").inputValue(), "21:30");
    await assertAccessible(page, "the choices and quiet hours");
  });

  test("registers a browser, whose service worker shows the message that only it can read", async (story) => {
    const push = await startPushService();
    story.after(() => push.close());
    const browser = createBrowser();
    const page = await here.visit(story, "/settings/notifications", {
      hasServiceWorker: true,
      context: { permissions: ["notifications"], userAgent: CHROME },
    });
    // Chromium has no connection to its push service here, so that the page receives a subscription of the story.
    const subscription = JSON.stringify({ endpoint: push.url, keys: browser.keys });
    await page.evaluate(`
      PushManager.prototype.getSubscription = async () => null;
      PushManager.prototype.subscribe = async () => ({ toJSON: () => (${subscription}) });`);
    await button(page, "Turn on in this browser").click();
    await page.getByText("Chrome, Linux").waitFor();
    await button(page, "Send test").last().click();
    await page.getByText("Test sent to Chrome, Linux").waitFor();
    const message = browser.decrypt(push.bodies[0]!).toString();
    assert.match(message, /Test notification/);

    const shown = await deliver(page, here.world.url, message);
    assert.deepEqual(shown, [{ title: "Test notification", path: "/settings/notifications" }]);

    await button(page, "Remove Chrome, Linux").click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No browser shows notifications yet.").waitFor();
  });
});

/** Delivers a message to the page's service worker, as the browser does, and returns the notifications that it shows. */
async function deliver(page: Page, origin: string, data: string) {
  await page.evaluate("navigator.serviceWorker.ready.then(() => null)");
  const session = await page.context().newCDPSession(page);
  const registered = Promise.withResolvers<string>();
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const [registration] = registrations;
    if (registration !== undefined) registered.resolve(registration.registrationId);
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered.promise;
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  const shown = await page.waitForFunction(`navigator.serviceWorker.ready
    .then((registration) => registration.getNotifications())
    .then((all) => all.length > 0 && all.map(({ title, data }) => ({ title, path: data.path })))`);
  return shown.jsonValue();
}
