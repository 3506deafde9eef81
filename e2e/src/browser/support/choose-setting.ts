import type { Page } from "playwright-core";

/** Opens the list of one of the composer's settings, and selects an option. */
export async function chooseSetting(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}
