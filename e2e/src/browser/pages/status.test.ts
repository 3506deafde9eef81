import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Status } from "@tembo-io/sdk";
import type { Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";
import { joinAsMember } from "../support/member.ts";

const PATH = "/settings/status";

describe("the status in the settings", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld();
  });
  after(() => here.close());

  const rowOf = (page: Page, table: string, text: string) =>
    page.getByRole("table", { name: table }).getByRole("row").filter({ hasText: text });
  /** Answers the page's reads with the server's response after `change`. */
  const answerWith = (page: Page, change: (status: Status) => Status) =>
    page.route("**/v1/status", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: change((await response.json()) as Status) });
    });

  test("shows the process and machine of this server, and refreshes with the keyboard", async (story) => {
    const { installation, scope } = await here.world.client.status.retrieve();
    assert.equal(scope, "installation");
    const [process] = installation!.processes;
    assert.deepEqual([process!.roles, process!.state], [["server", "worker"], "running"]);
    const page = await here.visit(story, PATH);
    await rowOf(page, "Servers and workers", process!.id).getByText("Running", { exact: true }).waitFor();
    await rowOf(page, "Machines", installation!.machines[0]!.id).waitFor();
    await rowOf(page, "Storage", "Embedded PostgreSQL").waitFor();
    await rowOf(page, "Keys", installation!.masterKey.id!).waitFor();
    await answerWith(page, (status) => ({ ...status, turns: { ...status.turns, waiting: 1_234 } }));
    await page.getByRole("button", { name: "Refresh" }).press("Enter");
    await rowOf(page, "Work", "1,234").waitFor();
  });

  test("shows a lost worker, a waiting turn and a rejected key, without serious axe violations", async (story) => {
    const page = await here.visit(story, PATH, { scheme: "dark" });
    await answerWith(page, (status) => {
      const { installation, modelKeys } = status;
      const [process] = installation!.processes;
      return {
        ...status,
        turns: { ...status.turns, waiting: 1, longestWaitSeconds: 4_000 },
        modelKeys: modelKeys.map((key) =>
          key.provider === "anthropic"
            ? { ...key, source: "server" as const, rejectedAt: status.checkedAt }
            : key,
        ),
        installation: {
          ...installation!,
          processes: (["running", "draining", "lost"] as const).map((state) => ({
            ...process!,
            id: crypto.randomUUID(),
            state,
          })),
          machines: [],
          engineQueues: [{ name: "turns", waiting: 1, running: 0 }],
        },
      };
    });
    await page.reload();
    await rowOf(page, "Servers and workers", "Lost").waitFor();
    await rowOf(page, "Work", "1 h 6 min").waitFor();
    await rowOf(page, "Model keys", "Rejected").getByText("Anthropic").waitFor();
    await rowOf(page, "Engine queues", "turns").waitFor();
    await page.getByText("No machine has a running process.").waitFor();
    await assertAccessible(page, "status, dark");
    await page.emulateMedia({ colorScheme: "light" });
    await assertAccessible(page, "status, light");
  });

  test("shows an error with a retry, and keeps old values if a refresh fails", async (story) => {
    const page = await here.visit(story, PATH, { expects: /status of 400/ });
    const fail = () =>
      page.route("**/v1/status", (route) => route.fulfill({ status: 400, json: { error: "Not today." } }));
    await page.getByRole("table", { name: "Storage" }).waitFor();
    await fail();
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("alert").getByText("The status could not be refreshed.").waitFor();
    assert.equal(await page.getByRole("table", { name: "Storage" }).count(), 1);
    await page.reload();
    await page.getByRole("alert").getByText("Not today.").waitFor();
    await page.unroute("**/v1/status");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("table", { name: "Storage" }).waitFor();
  });

  test("shows a member only that admins can view the page", async (story) => {
    const page = await joinAsMember(here, story, "Ben");
    await page.goto(`${here.world.url}${PATH}`);
    await page.getByText("Only organization admins can view this page.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Refresh" }).count(), 0);
  });
});
