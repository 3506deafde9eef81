import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Files, git } from "../../support/repositories.ts";

/** Runs the commands on the page of an empty repository, in a folder with one commit. Returns the repository's URL. */
export async function pushAsShown(page: Page, apiKey: string, files: Files): Promise<string> {
  const command = String(await page.locator("pre", { hasText: "git push" }).textContent());
  const folder = await mkdtemp(join(tmpdir(), "tembo-push-"));
  try {
    await git(folder, null, "init", "--quiet", "--initial-branch", "own-name");
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await git(folder, null, "add", "--all");
    await git(folder, null, "commit", "--quiet", "--message", "First");
    for (const line of command.trim().split("\n")) {
      const [program, ...words] = line.split(" ");
      assert.equal(program, "git", line);
      await git(folder, apiKey, ...words);
    }
    return await git(folder, null, "remote", "get-url", "tembo");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
