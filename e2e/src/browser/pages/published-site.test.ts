import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { onPath } from "../../support/programs/on-path.ts";
import { noBrowser } from "../support/browser-world.ts";
import { brokenLinks, readBuiltPages } from "../support/built-site.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../../..");
const script = join(root, "scripts/publish-site.ts");
const base = "/tembo/";
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Serves a folder at `base`, as a web host without any settings does. */
async function serve(folder: string) {
  const server = createServer(async ({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://host");
    const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const file = path.startsWith(base)
      ? await readFile(join(folder, path.slice(base.length))).catch(() => null)
      : null;
    if (file === null) response.writeHead(404).end();
    else response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream").end(file);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}` };
}

describe("the documentation on a web host", { skip: noBrowser }, () => {
  let folder: string;
  let version: string;
  let host: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  before(async () => {
    ({ version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")));
    folder = await mkdtemp(join(tmpdir(), "tembo-published-"));
    // An earlier version, and a folder that is none.
    for (const name of ["0.0.9", "assets"]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "index.html"), "<title>Earlier</title>");
    }
    await run(process.execPath, [script, folder, "--base", base], { timeout: 240_000 });
    host = await serve(folder);
    browser = await chromium.launch({ executablePath: onPath("chromium")[0]!, args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    host?.server.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  /** Opens a page. The story fails on errors, and on requests that the host does not answer or that leave it. */
  async function visit(path: string): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(host.url) && !/^(?:data|blob):/.test(request.url()))
        faults.push(request.url());
    });
    page.on("response", (response) => {
      if (!response.ok() && response.status() !== 304) faults.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(`${host.url}${path}`);
    return { page, faults };
  }

  test("opens the newest version, and lets the reader choose an earlier one", async () => {
    const { page, faults } = await visit("");
    await page.getByRole("heading", { level: 1, name: "Documentation" }).waitFor();
    assert.equal(page.url(), `${host.url}${version}/`);
    const choice = page.getByRole("banner").getByRole("combobox", { name: "Version" });
    assert.equal(await choice.inputValue(), version);
    assert.equal(await page.getByRole("banner").getByRole("link", { name: "Dashboard" }).count(), 0);
    await choice.selectOption("0.0.9");
    await page.waitForURL(`${host.url}0.0.9/`);
    assert.equal(await page.title(), "Earlier");
    assert.deepEqual(faults, []);
    await page.close();
  });

  test("has the API reference, and no link to a page of a server", async () => {
    const pages = readBuiltPages(join(folder, version));
    assert.deepEqual(brokenLinks(pages, [], `${base}${version}/`), []);
    const faulty = new Map([...pages, ["faulty.html", '<a href="/docs"></a>']]);
    assert.deepEqual(brokenLinks(faulty, [], `${base}${version}/`), ["faulty.html: /docs#"], "control");
    const { page, faults } = await visit(`${version}/`);
    await page.getByRole("banner").getByRole("link", { name: "API reference" }).click();
    await page.waitForURL(`${host.url}${version}/api/`);
    await page.getByText("Create a schedule").first().waitFor();
    assert.deepEqual(faults, []);
    await page.close();
  });

  test("rejects a base that is no path", async () => {
    for (const wrong of ["tembo/", "/tembo", "https://example.com/"])
      await assert.rejects(
        run(process.execPath, [script, folder, "--base", wrong]),
        /must begin and end with/,
        wrong,
      );
    await assert.rejects(run(process.execPath, [script]), /Name one folder/);
  });
});
