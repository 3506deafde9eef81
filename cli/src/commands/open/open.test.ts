import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { sessionIn, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const session = "0199c0de-0000-7000-8000-000000000001";
const pullRequest = "0199c0de-0000-7000-8000-000000000002";
const neither = "0199c0de-0000-7000-8000-000000000003";

const apiWith = (htmlUrl = `http://tembo.example/sessions/${session}`) =>
  startFakeApi({
    [`GET /v1/sessions/${session}`]: { ...sessionIn("completed"), htmlUrl },
    [`GET /v1/pull-requests/${pullRequest}`]: { id: pullRequest },
  });

test("prints the URL of the dashboard, a session or a pull request without a display", async () => {
  await using api = await apiWith();
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const urlOf = async (...args: string[]) => (await runCommand(["open", ...args], { env })).stdout;
  assert.equal(await urlOf(), `${api.url}/sessions\n`);
  assert.equal(await urlOf(session), `http://tembo.example/sessions/${session}\n`);
  assert.equal(await urlOf(pullRequest), `${api.url}/review/${pullRequest}\n`);
  assert.deepEqual(JSON.parse(await urlOf("--json")), { url: `${api.url}/sessions`, isOpened: false });
  assert.equal((await runCommand(["open", neither], { env })).status, exitCodes.notFound.code);
});

test("opens the browser on a display, unless --no-browser is set or no opener is installed", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-open-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const opener = join(folder, "xdg-open");
  writeFileSync(opener, "#!/bin/sh\nexit 0\n");
  chmodSync(opener, 0o755);
  await using api = await apiWith();
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url, DISPLAY: ":0", PATH: folder };
  const isOpened = async (...args: string[]) =>
    JSON.parse((await runCommand(["open", "--json", ...args], { env })).stdout).isOpened;
  assert.equal(await isOpened(session), true);
  assert.equal(await isOpened(session, "--no-browser"), false);
  rmSync(opener);
  assert.equal(await isOpened(session), false);
});

test("rejects an address that is not an HTTP or HTTPS URL", async () => {
  for (const address of ["file:///etc/passwd", "https://-x", "https://\t-x", "javascript:alert(1)"]) {
    await using api = await apiWith(address);
    const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
    const ran = await runCommand(["open", session], { env });
    assert.deepEqual([ran.status, ran.stdout], [exitCodes.failed.code, ""], ran.stderr);
  }
});

test("opens the normal form of a URL, whose characters no browser reads as another argument", async () => {
  for (const [address, url] of [
    ['https://x/a" --flag "', "https://x/a%22%20--flag%20%22"],
    ['https://x/?a" b#c" d', "https://x/?a%22%20b#c%22%20d"],
    ["https://x/a\n\u001b]0;", "https://x/a%1B]0;"],
  ] as const) {
    await using api = await apiWith(address);
    const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
    assert.equal((await runCommand(["open", session], { env })).stdout, `${url}\n`);
  }
});
