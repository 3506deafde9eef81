import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { type Served, serve } from "../../testing/test-server.ts";

const asBrowser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const SCRIPT = "console.log('documentation');";

let folder: string;
let served: Served;
let unbuilt: Served;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tembo-help-"));
  const files = {
    "site/index.html": "Documentation",
    "site/404.html": "Page not found",
    "site/guides/upgrade.html": "Upgrade",
    "site/adr/index.html": "Decisions",
    "site/assets/app.1a2b.js": SCRIPT,
    "dashboard/index.html": "Dashboard",
    "secret.txt": "beside the pages",
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await writeFile(join(folder, "site/assets/app.1a2b.js.br"), brotliCompressSync(SCRIPT));
  const dashboardFolder = join(folder, "dashboard");
  served = await serve({ dashboardFolder, helpFolder: join(folder, "site") });
  unbuilt = await serve({ dashboardFolder, helpFolder: join(folder, "nowhere") });
});
after(async () => {
  await served.close();
  await unbuilt.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = asBrowser, method = "GET") =>
  served.ask(path, undefined, { headers, method, redirect: "manual" });

test("serves each page with and without its extension", async () => {
  for (const [path, text] of [
    ["/help/", "Documentation"],
    ["/help/?query=1", "Documentation"],
    ["/help/guides/upgrade.html", "Upgrade"],
    ["/help/guides/upgrade", "Upgrade"],
    ["/help/adr/", "Decisions"],
  ] as const) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/html/, path);
    assert.equal(await answer.text(), text, path);
  }
});

test("redirects the address of a folder to the one with a slash", async () => {
  for (const path of ["/help", "/help/adr"]) {
    const answer = await get(path);
    assert.ok([301, 308].includes(answer.status), path);
    assert.equal(answer.headers.get("location"), `${path}/`);
  }
});

test("restricts every page to scripts from this server, and allows no inline scripts", async () => {
  for (const path of ["/help/", "/help/guides/upgrade", "/help/assets/app.1a2b.js", "/help/nothing"]) {
    const { headers } = await get(path);
    const rules = (headers.get("content-security-policy") ?? "").split("; ");
    for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'"])
      assert.ok(rules.includes(rule), `${path}: ${rule}`);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
  }
});

test("caches assets for a year and revalidates pages", async () => {
  const asset = await get("/help/assets/app.1a2b.js", { "accept-encoding": "br" });
  assert.equal(asset.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assert.equal(asset.headers.get("content-encoding"), "br");
  assert.equal(await asset.text(), SCRIPT);
  const page = await get("/help/guides/upgrade");
  assert.equal(page.headers.get("cache-control"), "no-cache");
});

test("returns the page for unknown addresses to browsers, and a JSON error to programs", async () => {
  const page = await get("/help/nothing");
  assert.deepEqual([page.status, await page.text()], [404, "Page not found"]);
  const asProgram = await get("/help/nothing", { accept: "application/json" });
  const posted = await get("/help/nothing", asBrowser, "POST");
  for (const answer of [asProgram, posted]) {
    assert.equal(answer.status, 404);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  }
});

test("serves no file outside the folder", async () => {
  for (const path of [
    "/help/..%2fsecret.txt",
    "/help/assets/..%2f..%2f..%2fsecret.txt",
    "/help/%2e%2e/secret.txt",
  ])
    assert.doesNotMatch(await (await get(path)).text(), /beside the pages/, path);
});

test("leaves other addresses to the dashboard", async () => {
  for (const path of ["/helper", "/sessions/help"])
    assert.equal(await (await get(path)).text(), "Dashboard", path);
});

test("explains how to build missing pages", async () => {
  for (const path of ["/help", "/help/", "/help/guides/upgrade"]) {
    const page = await unbuilt.ask(path, undefined, { headers: asBrowser });
    assert.equal(page.status, 503, path);
    assert.match(await page.text(), /documentation is not built[\s\S]*npm run build:site/, path);
  }
  const asset = await unbuilt.ask("/help/assets/app.js", undefined, { headers: { accept: "*/*" } });
  assert.equal(asset.status, 404);
});

test("serves pages that are built while the server runs, and explains again if they are removed", async () => {
  const late = join(folder, "late");
  const { ask, close } = await serve({ helpFolder: late });
  try {
    const statusOf = async (path: string) =>
      (await ask(path, undefined, { headers: asBrowser, redirect: "manual" })).status;
    assert.equal(await statusOf("/help/"), 503);
    await cp(join(folder, "site"), late, { recursive: true });
    for (const [path, status] of [
      ["/help", 308],
      ["/help/", 200],
      ["/help/guides/upgrade", 200],
      ["/help/assets/app.1a2b.js", 200],
      ["/help/nothing", 404],
    ] as const)
      assert.equal(await statusOf(path), status, path);
    await rm(late, { recursive: true });
    assert.equal(await statusOf("/help/guides/upgrade"), 503);
  } finally {
    await close();
  }
});
