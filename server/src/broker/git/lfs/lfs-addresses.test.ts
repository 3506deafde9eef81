import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { type TestContext, test } from "node:test";
import { createSpawnGit } from "../../../git/process/spawn-git.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { listen } from "../forge-fixture.ts";
import { ask, makeGitProxy } from "../git-proxy-fixture.ts";

const mediaType = "application/vnd.git-lfs+json";
const oid = "1".repeat(64);
const body = "INTERNAL SECRET";

/** Starts a service in the operator's network. It returns a secret to every client. */
async function startInside(t: TestContext) {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer(({ headers }, response) => {
    asked.push(headers);
    response.end(body);
  });
  return { url: await listen(t, server), asked };
}

/**
 * Requests an object for which the forge returns the URL `href`. Returns the URL that the proxy offers instead and the response from it, or null
 * for both if it offers none.
 */
async function download(
  t: TestContext,
  { href, header = {}, listed }: { href: string; header?: object; listed?: (forge: string) => string[] },
) {
  const forgeOutbound = (url: string) =>
    listed ? testOutbound({ privateHosts: listed(url) }) : testOutbound();
  // The proxy is created before the forge's port is known, so each request reads the list again.
  const made = { outbound: testOutbound() };
  const proxy = await makeGitProxy(t, {
    createSpawnGit,
    outbound: {
      ...testOutbound(),
      request: (...input) => made.outbound.request(...input),
      get privateHosts() {
        return made.outbound.privateHosts;
      },
    },
  });
  made.outbound = forgeOutbound(proxy.forge.url);
  proxy.forge.state.handle = (request, response) => {
    if (request.url !== "/app.git/info/lfs/objects/batch") return false;
    request.resume();
    const objects = [{ oid, size: body.length, actions: { download: { href, header } } }];
    response
      .writeHead(200, { "content-type": mediaType })
      .end(JSON.stringify({ transfer: "basic", objects }));
    return true;
  };
  const batch = await ask(`${proxy.url}/info/lfs/objects/batch`, {
    method: "POST",
    body: JSON.stringify({ operation: "download", objects: [{ oid, size: body.length }] }),
    headers: { "content-type": mediaType },
  });
  const { actions } = JSON.parse(batch.text).objects[0];
  const offered: string | null = actions?.download?.href ?? null;
  return { offered, answer: offered === null ? null : await ask(offered) };
}

const onlyTheForge = (forge: string) => [new URL(forge).host];

test("does not request a Git LFS object from a private address that the operator has not listed", async (t) => {
  const inside = await startInside(t);
  for (const href of [
    inside.url,
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]:2/",
    "http://10.0.0.1/",
  ]) {
    const { answer } = await download(t, { href, listed: onlyTheForge });
    assert.equal(answer?.status, 403, href);
    assert.match(answer.text, /TEMBO_PRIVATE_HOSTS/);
    assert.ok(!answer.text.includes("SECRET"));
  }
  assert.deepEqual(inside.asked, []);
  const listed = (forge: string) => [...onlyTheForge(forge), new URL(inside.url).host];
  const { answer } = await download(t, { href: inside.url, listed });
  assert.equal(answer?.status, 200, "control: requests an object from a listed host");
});

test("accepts only http and https object URLs", async (t) => {
  for (const href of [
    "/etc/passwd",
    "file:///etc/passwd",
    "ftp://example.com/a",
    "data:text/plain,a",
    "https://",
  ]) {
    const { offered } = await download(t, { href });
    assert.equal(offered, null, href);
  }
});

test("forwards only the headers that object stores use to the object URL", async (t) => {
  const inside = await startInside(t);
  const header = {
    "Metadata-Flavor": "Google",
    Metadata: "true",
    "X-aws-ec2-metadata-token": "t",
    "X-Google-Metadata-Request": "True",
    Host: "metadata.google.internal",
    Cookie: "session=1",
    "X-Amz-Date": "20260101T000000Z",
    "x-ms-version": "2021-08-06",
    "X-Goog-Meta-A": "1",
    Authorization: "Bearer of-the-store",
  };
  const { answer } = await download(t, { href: inside.url, header });
  assert.equal(answer?.status, 200);
  const [sent] = inside.asked;
  for (const name of [
    "metadata-flavor",
    "metadata",
    "x-aws-ec2-metadata-token",
    "x-google-metadata-request",
    "cookie",
  ])
    assert.equal(sent?.[name], undefined, name);
  assert.equal(sent?.host, new URL(inside.url).host);
  assert.deepEqual(
    [sent?.["x-amz-date"], sent?.["x-ms-version"], sent?.["x-goog-meta-a"], sent?.authorization],
    ["20260101T000000Z", "2021-08-06", "1", "Bearer of-the-store"],
  );
});
