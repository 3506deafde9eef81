import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Served, serve } from "../../testing/test-server.ts";
import { notPages } from "./dashboard.ts";

const PAGE = "<!doctype html><title>Tembo</title>";
const SCRIPT = "console.log('dashboard');";
const asBrowser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

let folder: string;
let served: Served;
let unbuilt: Served;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tembo-dashboard-"));
  await mkdir(join(folder, "dist/assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "beside the pages");
  await write("index.html", PAGE);
  await write("assets/app-1a2b.js", SCRIPT);
  await writeFile(join(folder, "dist/service-worker.js"), SCRIPT);
  served = await serve({ dashboardFolder: join(folder, "dist") });
  unbuilt = await serve({ dashboardFolder: join(folder, "nowhere") });
});
after(async () => {
  await served.close();
  await unbuilt.close();
  await rm(folder, { recursive: true });
});

/** Writes a file and its compressed variants, like Vite. */
async function write(name: string, text: string): Promise<void> {
  const path = join(folder, "dist", name);
  await writeFile(path, text);
  await writeFile(`${path}.br`, brotliCompressSync(text));
  await writeFile(`${path}.gz`, gzipSync(text));
}

const get = (path: string, headers: Record<string, string> = asBrowser, method = "GET") =>
  served.ask(path, undefined, { headers, method });

test("serves a file in the smallest accepted encoding", async () => {
  for (const path of ["/assets/app-1a2b.js", "/sessions"]) {
    for (const [accepted, encoding] of [
      ["gzip, deflate, br, zstd", "br"],
      ["gzip, deflate", "gzip"],
      ["br;q=0, gzip", "gzip"],
      ["identity", null],
    ] as const) {
      const answer = await get(path, { ...asBrowser, "accept-encoding": accepted });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-encoding"), encoding, `${path} for ${accepted}`);
      assert.match(answer.headers.get("vary") ?? "", /accept-encoding/i, `${path} for ${accepted}`);
      assert.equal(await answer.text(), path === "/sessions" ? PAGE : SCRIPT);
    }
  }
});

test("serves a file without a compressed version unchanged", async () => {
  const answer = await get("/service-worker.js", { "accept-encoding": "br" });
  assert.equal(answer.headers.get("content-encoding"), null);
  assert.equal(await answer.text(), SCRIPT);
});

test("does not serve a compressed version under its own path", async () => {
  for (const path of ["/assets/app-1a2b.js.br", "/index.html.gz"]) {
    const answer = await get(path, { accept: "*/*" });
    assert.equal(answer.status, 404, path);
  }
});

test("caches an asset for a year and revalidates the page and the service worker", async () => {
  const kept = await get("/assets/app-1a2b.js");
  assert.equal(kept.headers.get("cache-control"), "public, max-age=31536000, immutable");
  for (const path of ["/", "/sessions/1", "/service-worker.js"]) {
    const answer = await get(path);
    assert.equal(answer.headers.get("cache-control"), "no-cache", path);
    const again = await get(path, {
      ...asBrowser,
      "if-none-match": answer.headers.get("etag") ?? "",
      // Browsers send this header. Without it, Node's fetch would send "no-cache" and never receive a 304.
      "cache-control": "max-age=0",
    });
    assert.equal(again.status, 304, path);
  }
});

test("restricts pages and scripts to content from this server", async () => {
  for (const path of ["/", "/sessions", "/assets/app-1a2b.js", "/service-worker.js"]) {
    const { headers } = await get(path);
    const policy = new Map(
      (headers.get("content-security-policy") ?? "").split("; ").map((rule) => {
        const [name = "", ...sources] = rule.split(" ");
        return [name, sources.join(" ")] as const;
      }),
    );
    assert.equal(policy.get("default-src"), "'none'", path);
    assert.equal(policy.get("script-src"), "'self'", path);
    assert.equal(policy.get("connect-src"), "'self'", path);
    assert.equal(policy.get("base-uri"), "'none'", path);
    assert.equal(policy.get("frame-ancestors"), "'none'", path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("referrer-policy"), "no-referrer", path);
  }
});

test("serves the page at every page URL", async () => {
  for (const path of ["/", "/sign-in?next=%2Fsessions", "/sessions/1", "/apiary", "/deep/er/still"]) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/html/, path);
    assert.equal(await answer.text(), PAGE, path);
  }
  const head = await get("/sessions", asBrowser, "HEAD");
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

test("returns a JSON error for an unknown path that is not a page, even to a browser", async () => {
  for (const path of [
    "/v1/nothing",
    "/api/nothing",
    "/git",
    "/assets/app-of-yesterday.js",
    "/webhooks/nothing",
  ]) {
    const answer = await get(path);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/json/, path);
    assert.ok(answer.status >= 400, path);
  }
});

test("serves no page to a POST request or to a request that does not accept HTML", async () => {
  const asProgram = await get("/sessions", { accept: "application/json" });
  const posted = await get("/sessions", asBrowser, "POST");
  for (const answer of [asProgram, posted]) {
    assert.equal(answer.status, 404);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  }
});

test("serves no file outside the folder", async () => {
  for (const path of [
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
  ]) {
    const text = await (await get(path)).text();
    assert.doesNotMatch(text, /beside the pages/, path);
  }
});

test("routes a request for an API path to the API, even from a browser", async () => {
  const answer = await get("/session/list");
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
});

test("explains how to build missing pages, and still returns a JSON error for a missing asset", async () => {
  const page = await unbuilt.ask("/sessions", undefined, { headers: asBrowser });
  assert.equal(page.status, 503);
  assert.match(await page.text(), /is not built.*npm start/);
  const asset = await unbuilt.ask("/assets/app-1a2b.js", undefined, { headers: asBrowser });
  assert.equal(asset.status, 404);
  assert.match(asset.headers.get("content-type") ?? "", /^application\/json/);
});

test("the service worker treats the same paths as pages of the dashboard as the server does", async () => {
  const file = join(import.meta.dirname, "../../../../web/public/service-worker.js");
  const [, own] = /^const NOT_PAGES = (.+);$/m.exec(await readFile(file, "utf8"))!;
  assert.equal(own, String(notPages));
});
