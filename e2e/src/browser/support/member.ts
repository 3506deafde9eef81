import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import type { BrowserWorld, VisitOptions } from "./browser-world.ts";

export const MEMBER_PASSWORD = "a password of this member";

/** Uses an invitation link in a separate browser to join as a member without admin rights. */
export async function joinAsMember(
  here: BrowserWorld,
  story: TestContext,
  name: string,
  visit: VisitOptions = {},
): Promise<Page> {
  const email = `${name.toLowerCase()}@example.com`;
  const { url } = await here.world.client.users.invite({ email });
  const { pathname, hash } = new URL(url);
  const page = await here.visit(story, `${pathname}${hash}`, { ...visit, isSignedIn: false });
  await page.getByLabel("Name").fill(name);
  const emailField = page.getByLabel("Email address");
  if ((await emailField.count()) > 0 && (await emailField.isEditable())) await emailField.fill(email);
  await page
    .locator("input")
    .and(page.getByLabel("Password", { exact: true }))
    .fill(MEMBER_PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: `Account menu for ${name}` }).waitFor();
  return page;
}
