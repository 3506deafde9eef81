import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import type { BrowserWorld } from "./browser-world.ts";

/** A member who is no admin, joined by a link, in a browser of their own. */
export async function joinAsMember(here: BrowserWorld, story: TestContext, name: string): Promise<Page> {
  const email = `${name.toLowerCase()}@example.com`;
  const { url } = await here.world.client.users.invite({ email });
  const { pathname, hash } = new URL(url);
  const page = await here.visit(story, `${pathname}${hash}`, { isSignedIn: false });
  await page.getByLabel("Name").fill(name);
  const emailField = page.getByLabel("E-mail address");
  if ((await emailField.count()) > 0 && (await emailField.isEditable())) await emailField.fill(email);
  await page
    .locator("input")
    .and(page.getByLabel("Password", { exact: true }))
    .fill("a password of this member");
  await page.getByRole("button", { name: "Choose the password and sign in" }).click();
  await page.getByRole("button", { name: `Account of ${name}` }).waitFor();
  return page;
}
