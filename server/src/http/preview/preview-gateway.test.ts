import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Preview, PreviewList } from "@tembo/contract";
import { whenAborted } from "../../runtime/on-abort.ts";
import { addPerson } from "../../testing/person.ts";
import { openHalf } from "../../testing/test-server.ts";
import { cookieOf, type PreviewWorld, startPreviewWorld } from "./testing/preview-world.ts";

let world: PreviewWorld;
let preview: Preview;
const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];
before(async () => {
  world = await startPreviewWorld();
  const port = await world.run(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ url: request.url!, headers: request.headers, body });
    response.setHeader("set-cookie", [
      "app=1; Domain=preview.localhost; Path=/",
      "tembo_preview=x",
      "__Host-tembo_preview=y",
    ]);
    if (request.url === "/away") response.writeHead(302, { location: `http://localhost:${port}/there?x=1` });
    if (request.url === "/secure") response.writeHead(302, { location: "https://localhost/there" });
    response.end(`hello from ${request.url}`);
  });
  preview = await world.publish(port);
});
after(() => world[Symbol.asyncDispose]());

const html = { accept: "text/html" };

test("serves the program's response to a browser with a grant, which the program never sees", async () => {
  const cookie = await world.enter(preview);
  const answer = await world.ask(`${preview.url}page?q=1`, {
    method: "POST",
    headers: {
      cookie: `theme=dark; ${cookie}; tembo_session=s`,
      authorization: "Bearer tembo_key",
      "content-length": "4",
      "x-forwarded-for": "203.0.113.9",
    },
    body: "body",
  });
  assert.deepEqual([answer.status, answer.text], [200, "hello from /page?q=1"]);
  const { headers, body, url } = seen.at(-1)!;
  const { host, cookie: shown, authorization } = headers;
  assert.deepEqual(
    { url, body, host, shown, authorization, forwarded: headers["x-forwarded-for"] },
    {
      url: "/page?q=1",
      body: "body",
      host: `localhost:${preview.port}`,
      shown: "theme=dark",
      authorization: undefined,
      forwarded: undefined,
    },
  );
  assert.deepEqual(
    answer.headers["set-cookie"],
    ["app=1; Path=/"],
    "only cookies of the program, without a domain",
  );
  assert.match(
    String(answer.headers["content-security-policy"]),
    new RegExp(`frame-ancestors 'self' ${world.publicUrl}`),
  );
});

test("translates a redirect of the program to its address outside, and leaves others unchanged", async () => {
  const headers = { cookie: await world.enter(preview) };
  const answer = await world.ask(`${preview.url}away`, { headers });
  assert.equal(answer.headers.location, `${preview.url}there?x=1`);
  const secure = await world.ask(`${preview.url}secure`, { headers });
  assert.equal(secure.headers.location, "https://localhost/there");
});

test("sends a browser without a grant to the dashboard and back, and binds the link to that browser", async () => {
  const first = await world.ask(`${preview.url}deep?x=1`, { headers: html });
  assert.equal(first.status, 303);
  const dashboard = new URL(first.headers.location!);
  assert.equal(dashboard.origin + dashboard.pathname, `${world.publicUrl}/preview`);
  const body = Object.fromEntries(dashboard.searchParams) as {
    host: string;
    path: string;
    challenge: string;
  };
  assert.deepEqual([body.host, body.path], [new URL(preview.url).host, "/deep?x=1"]);
  const openAgain = () => world.callApi<{ url: string }>("/v1/previews/open", world.ownKey, "POST", body);
  assert.equal((await world.ask((await openAgain()).url)).status, 410, "another browser cannot use the link");
  const link = await openAgain();
  const entered = await world.ask(link.url, { headers: { cookie: cookieOf(first) } });
  assert.equal(entered.headers.location, `${preview.url}deep?x=1`);
  assert.equal(entered.headers["referrer-policy"], "no-referrer");
  const again = await world.ask(link.url, { headers: { cookie: cookieOf(first) } });
  assert.equal(again.status, 410, "a link works once");
  const shown = await world.ask(entered.headers.location!, {
    headers: { ...html, cookie: cookieOf(entered) },
  });
  assert.equal(shown.text, "hello from /deep?x=1");
});

test("redirects only within the preview's host after a code is exchanged", async () => {
  for (const path of ["//evil.example/x", "/\\evil.example", "/.//evil.example/"]) {
    const { url } = await world.open(preview, world.ownKey, path);
    const { headers } = await world.ask(url);
    assert.ok(headers.location!.startsWith(preview.url), `${path}: ${headers.location}`);
  }
});

test("rejects programs' requests without a grant, and a grant of another preview or session", async () => {
  const other = await world.publish(1, (await world.testStore.addSession()).id);
  const elsewhere = await world.enter(other);
  const count = seen.length;
  for (const cookie of ["", "tembo_preview=x", elsewhere]) {
    const { status } = await world.ask(preview.url, { headers: { cookie } });
    assert.equal(status, 401, cookie);
  }
  assert.equal(seen.length, count, "the program received nothing");
  const control = await world.ask(preview.url, { headers: { cookie: await world.enter(preview) } });
  assert.equal(control.status, 200);
});

/** Starts a world whose limits are 10 failures at a session and 100 of an address. */
const startLimitedWorld = () =>
  startPreviewWorld({}, undefined, {
    rateLimiter: { count: async () => ({ windows: [], refusal: null }) },
    limits: { failedAuthenticationsPerMinute: 1 },
  });

test("limits invalid codes of an address at one session, and serves its valid grants and other sessions", async () => {
  await using limited = await startLimitedWorld();
  const port = await limited.run((_request, response) => response.end("app"));
  const hostile = await limited.publish(port);
  const other = await limited.publish(port, (await limited.testStore.addSession()).id);
  const known = await limited.enter(hostile);
  const guess = async (at: number) =>
    (await limited.ask(`${hostile.url.replace(/\/\/\d+/, `//${at}`)}.tembo/enter?code=x`)).status;
  for (let n = 1; n <= 10; n++) assert.equal(await guess(n), 410, String(n));
  const refused = await limited.ask((await limited.open(hostile)).url);
  assert.deepEqual([refused.status, refused.headers["retry-after"]], [429, "60"], "control: the limit");
  const cookie = `tembo_preview=${"x".repeat(43)}`;
  assert.equal((await limited.ask(hostile.url, { headers: { cookie } })).status, 429);
  for (const [{ url }, grant] of [
    [hostile, known],
    [other, await limited.enter(other)],
  ] as const)
    assert.equal((await limited.ask(url, { headers: { cookie: grant } })).text, "app", url);
});

test("opens a new link even if a page in the person's browser has used up the limit of the address", async () => {
  await using limited = await startLimitedWorld();
  const port = await limited.run((_request, response) => response.end("app"));
  const preview = await limited.publish(port);
  const share = await limited.share(preview);
  const shared = await limited.publish(port, (await limited.testStore.addSession()).id);
  const guess = async (slug: string) =>
    (await limited.ask(`http://1-${slug}.preview.localhost:${limited.port}/.tembo/enter?code=x`)).status;
  // Labels contain the digits 2 to 7.
  const slugs = Array.from({ length: 101 }, (_, index) =>
    index
      .toString(6)
      .replaceAll(/[01]/g, (digit) => `${Number(digit) + 6}`)
      .padStart(16, "a"),
  );
  for (const slug of slugs.slice(0, 100)) assert.equal(await guess(slug), 410, slug);
  assert.equal(await guess(slugs[100]!), 429, "control: the limit");
  const open = async (url: string) =>
    (await limited.ask(preview.url, { headers: { cookie: cookieOf(await limited.ask(url)) } })).text;
  const token = new URL(share.url).hash.slice(1);
  const { url } = await limited.callApi<{ url: string }>("/v1/previews/redeem", undefined, "POST", { token });
  assert.equal(await open(url), "app", "a share link");
  const cookie = await limited.enter(shared);
  assert.equal((await limited.ask(shared.url, { headers: { cookie } })).text, "app", "a member's link");
});

test("ends a grant with its key, the visibility of the session and the preview", async () => {
  const { pool } = world.testStore.database;
  const key = await world.addKey(world.testStore.organizationId);
  const { userId } = await addPerson(world.testStore);
  const otherKey = await world.addKey(world.testStore.organizationId, userId);
  const port = await world.run((_request, response) => response.end("x"));
  const short = await world.publish(port);
  const [own, others, removed] = [
    await world.enter(preview, key),
    await world.enter(preview, otherKey),
    await world.enter(short),
  ];
  const statuses = async () => {
    const all: number[] = [];
    for (const cookie of [own, others])
      all.push((await world.ask(preview.url, { headers: { cookie } })).status);
    return [...all, (await world.ask(short.url, { headers: { cookie: removed } })).status];
  };
  assert.deepEqual(await statuses(), [200, 200, 200], "control");
  await pool.query("update api_keys set revoked_at = now() where token_hash = sha256($1)", [
    Buffer.from(key),
  ]);
  await world.callApi(`/v1/sessions/${world.sessionId}/previews/${short.id}`, world.ownKey, "DELETE");
  assert.deepEqual(await statuses(), [401, 200, 401]);
  const setVisibility = (visibility: string) =>
    pool.query("update sessions set visibility = $2 where id = $1", [world.sessionId, visibility]);
  await setVisibility("private");
  assert.deepEqual(await statuses(), [401, 401, 401]);
  await setVisibility("public");
  await pool.query("delete from members where user_id = $1", [userId]);
  assert.deepEqual(await statuses(), [401, 401, 401]);
});

test("rejects a link for a preview whose session the person may not see", async () => {
  const stranger = await world.addKey(await world.testStore.addOrganization());
  await assert.rejects(world.open(preview, stranger), /404/);
  await assert.rejects(
    world.open({ url: `http://3000-aaaaaaaaaaaaaaaa.preview.localhost:${world.port}/` }),
    /404/,
  );
  await assert.rejects(world.open({ url: `${world.publicUrl}/` }), /404/);
});

test("never serves the dashboard or the API at a preview's host, nor a preview at another host", async () => {
  const cookie = await world.enter(preview);
  const host = new URL(preview.url).host;
  const api = await world.ask(`${preview.url}v1/sessions`, {
    headers: { authorization: `Bearer ${world.ownKey}` },
  });
  assert.equal(api.status, 401);
  assert.equal((await world.ask(`${preview.url}v1/me`, { headers: { cookie } })).text, "hello from /v1/me");
  for (const name of [
    "preview.localhost",
    "x.preview.localhost",
    `a.${host}`,
    `${host.split(".")[0]}x.preview.localhost`,
  ]) {
    const answer = await world.ask(`http://${name}/healthz`, { headers: { cookie } });
    assert.match(answer.text, /^No preview here\./, name);
  }
  const elsewhere = await world.ask(`${world.publicUrl}/page`, {
    headers: { cookie, accept: "text/html" },
  });
  assert.doesNotMatch(elsewhere.text, /hello from/);
});

test("rejects requests that other pages send with a person's grant, and answers preflights of the session's pages", async () => {
  const cookie = await world.enter(preview);
  const { host, origin } = new URL(preview.url);
  const sibling = origin.replace(/\/\/\d+-/, "//8000-");
  const foreign = `http://3000-aaaaaaaaaaaaaaaa.preview.localhost:${world.port}`;
  const count = seen.length;
  const refused = [
    { origin: foreign },
    { origin: world.publicUrl },
    { origin: "null" },
    { origin: "null", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    { origin: foreign, "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" },
  ];
  for (const headers of refused)
    assert.equal(
      (await world.ask(preview.url, { headers: { cookie, ...headers } })).status,
      403,
      JSON.stringify(headers),
    );
  assert.equal(seen.length, count);
  const allowed = [
    { origin },
    { origin: sibling },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", referer: `${sibling}/page` },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    { origin: "null", "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" },
  ];
  for (const headers of allowed)
    assert.equal(
      (await world.ask(preview.url, { headers: { cookie, ...headers } })).status,
      200,
      JSON.stringify(headers),
    );
  assert.deepEqual(
    seen.slice(-5).map(({ headers }) => headers.origin ?? headers.referer),
    [
      `http://localhost:${preview.port}`,
      "http://localhost:8000",
      "http://localhost:8000/page",
      undefined,
      "null",
    ],
  );
  const preflight = { host, origin: sibling, "access-control-request-method": "PUT" };
  const answer = await world.ask(preview.url, { method: "OPTIONS", headers: preflight });
  assert.deepEqual([answer.status, answer.headers["access-control-allow-origin"]], [204, sibling]);
  const other = await world.ask(preview.url, {
    method: "OPTIONS",
    headers: { ...preflight, origin: foreign },
  });
  assert.equal(other.status, 403);
});

test("opens a preview with a share link until it is revoked, without an account", async () => {
  const share = await world.share(preview);
  const token = new URL(share.url).hash.slice(1);
  assert.equal(new URL(share.url).origin, world.publicUrl, "the token never reaches the preview's host");
  const redeem = () => world.callApi<{ url: string }>("/v1/previews/redeem", undefined, "POST", { token });
  const cookie = cookieOf(await world.ask((await redeem()).url));
  assert.equal((await world.ask(preview.url, { headers: { cookie } })).status, 200);
  await world.callApi(
    `/v1/sessions/${world.sessionId}/previews/${preview.id}/shares/${share.id}`,
    world.ownKey,
    "DELETE",
  );
  await assert.rejects(redeem(), /410/);
  assert.equal((await world.ask(preview.url, { headers: { cookie } })).status, 401);
});

test("limits the codes and grants of one share link, and serves everybody else", async () => {
  const token = new URL((await world.share(preview)).url).hash.slice(1);
  const redeem = () => world.callApi<{ url: string }>("/v1/previews/redeem", undefined, "POST", { token });
  const member = await world.enter(preview);
  const [first = ""] = await enterAll(1);
  const { clock } = world.testStore;
  clock.set(new Date(clock.now().getTime() + 1));
  const others = await enterAll(256);
  const isServed = async (cookie: string) =>
    (await world.ask(preview.url, { headers: { cookie } })).status === 200;
  assert.equal(await isServed(first), false, "the link's oldest grant is replaced");
  for (const cookie of [others[0]!, others.at(-1)!, member]) assert.ok(await isServed(cookie));
  for (let n = 0; n < 256; n++) await redeem();
  await assert.rejects(redeem(), /429 .*256 unused preview links/);
  assert.ok(await isServed(await world.enter(preview)), "a member can still open the preview");

  async function enterAll(count: number): Promise<string[]> {
    const cookies: string[] = [];
    for (let n = 0; n < count; n++) cookies.push(cookieOf(await world.ask((await redeem()).url)));
    return cookies;
  }
});

test("logs nothing when a browser leaves while the connection to the program opens", async () => {
  await using opening = await startPreviewWorld();
  const warnings: unknown[] = [];
  Object.assign(opening.ports.log, { warn: (details: unknown) => warnings.push(details) });
  const opened = await opening.publish(3000);
  const cookie = await opening.enter(opened);
  const attempt = Promise.withResolvers<AbortSignal>();
  let connect = (_port: number, signal: AbortSignal) => {
    attempt.resolve(signal);
    return whenAborted(signal).then(() => signal.throwIfAborted());
  };
  Object.assign(opening.sandbox, { connect: (port: number, signal: AbortSignal) => connect(port, signal) });
  const { client } = await openHalf(opening.app.server);
  client.write(`GET / HTTP/1.1\r\nhost: ${new URL(opened.url).host}\r\ncookie: ${cookie}\r\n\r\n`);
  const left = await attempt.promise;
  client.destroy();
  await whenAborted(left);
  connect = async () => {
    throw new Error("control");
  };
  assert.equal((await opening.ask(opened.url, { headers: { cookie } })).status, 503);
  assert.equal(warnings.length, 1, "only the control");
});

test("lists previews with the server's limits, or the reason why it has none", async () => {
  const list = () =>
    world.callApi<PreviewList>(`/v1/sessions/${world.sessionId}/previews`, world.ownKey, "GET");
  const { items, ...facts } = await list();
  assert.ok(items.some(({ id }) => id === preview.id));
  assert.deepEqual(facts, { unavailableReason: null, maxShareMinutes: 7 * 24 * 60 });
  Object.assign(world.ports.settings, { previewDomain: null });
  const { items: none, unavailableReason } = await list();
  Object.assign(world.ports.settings, { previewDomain: "preview.localhost" });
  assert.deepEqual(none, []);
  assert.match(unavailableReason!, /TEMBO_PREVIEW_DOMAIN/);
});

test("explains why a program cannot be reached", async () => {
  const silent = await world.publish(9);
  const answer = await world.ask(silent.url, { headers: { ...html, cookie: await world.enter(silent) } });
  assert.equal(answer.status, 502);
  assert.match(answer.text, /<h1>Nothing listens on port 9<\/h1>/);
  assert.doesNotMatch(answer.text, /<script/);
});
