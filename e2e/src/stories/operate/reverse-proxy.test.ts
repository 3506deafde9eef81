import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { freePort } from "../../../../server/src/testing/free-port.ts";
import { eventually } from "../../support/api-edge.ts";
import { API_KEY, startWorld, type World } from "../../support/index.ts";
import { onPath } from "../../support/programs/on-path.ts";
import { runTembo, startTemboOnTerminal } from "../../support/programs/run-tembo.ts";
import { Screen } from "../../support/programs/screen.ts";

const [caddy] = onPath("caddy");
const withCaddy = { skip: caddy === undefined && "caddy is not on the PATH: apt-get install caddy" };
const caddyfile = new URL("../../../../deploy/compose/Caddyfile", import.meta.url);

const cleanup = new AsyncDisposableStack();
let world: World;
/** The server's address behind the proxy. */
let proxied: { url: string; dataDir: string; authorityFile: string };
let authority: string;
let httpPort: number;

before(async () => {
  if (caddy === undefined) return;
  const [httpsPort, port] = [await freePort(), await freePort()];
  httpPort = port;
  const url = `https://localhost:${httpsPort}`;
  world = await startWorld({
    env: {
      TEMBO_PUBLIC_URL: url,
      TEMBO_TRUSTED_PROXIES: "127.0.0.1",
      TEMBO_KEEP_ALIVE_MINUTES: "10",
      TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: "120",
    },
  });
  cleanup.defer(() => world.close());
  const folder = await mkdtemp(join(tmpdir(), "tembo-caddy-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  await startCaddy(folder, { httpPort, httpsPort });
  // Caddy is its own authority for the name localhost.
  const authorityFile = join(folder, "caddy/pki/authorities/local/root.crt");
  await eventually(() => existsSync(authorityFile));
  authority = await readFile(authorityFile, "utf8");
  proxied = { url, dataDir: world.dataDir, authorityFile };
  await eventually(async () => {
    try {
      return (await text(await get("/healthz"))) !== "";
    } catch {
      // Caddy does not listen yet.
      return false;
    }
  });
});
after(() => cleanup.disposeAsync());

/** Runs Caddy with the file of the Compose project, on ports of loopback only. */
async function startCaddy(folder: string, ports: { httpPort: number; httpsPort: number }): Promise<void> {
  const file = join(folder, "Caddyfile");
  const lines = `{\n\tdefault_bind 127.0.0.1\n\thttp_port ${ports.httpPort}\n\thttps_port ${ports.httpsPort}\n`;
  await writeFile(file, (await readFile(caddyfile, "utf8")).replace("{\n", lines));
  const child: ChildProcess = spawn(caddy!, ["run", "--config", file], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_DATA_HOME: folder,
      TEMBO_DOMAIN: "localhost",
      TEMBO_UPSTREAM: new URL(world.url).host,
    },
    stdio: "ignore",
  });
  cleanup.defer(async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  });
}

interface Init {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Address of the client. */
  readonly localAddress?: string;
}

/** Requests a path through the proxy with TLS. */
async function get(path: string, init: Init = {}) {
  const { body, ...options } = init;
  const request = httpsRequest(`${proxied.url}${path}`, { ...options, ca: authority, agent: false });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

test("redirects HTTP to HTTPS", withCaddy, async () => {
  const request = httpRequest(`http://localhost:${httpPort}/sessions`, { agent: false }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  await text(response);
  assert.equal(response.statusCode, 308);
  assert.match(response.headers.location ?? "", /^https:\/\/localhost[:/].*sessions$/);
});

test("signs a person in with a cookie for HTTPS only", withCaddy, async () => {
  const response = await get("/v1/sign-in", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ apiKey: API_KEY }),
  });
  await json(response);
  assert.equal(response.statusCode, 200);
  assert.match(response.headers["set-cookie"]?.join() ?? "", /; Secure/i);
  assert.ok(response.headers["strict-transport-security"]);
});

test("limits failed keys for each client, by the address that the proxy sends", withCaddy, async () => {
  const attempt = async (localAddress: string, headers: Record<string, string> = {}) => {
    const response = await get("/me", {
      headers: { authorization: "Bearer wrong", ...headers },
      localAddress,
    });
    await text(response);
    return response.statusCode;
  };
  const limited = "127.0.0.2";
  const other = "127.0.0.3";
  let last: number | undefined = 401;
  for (let count = 0; count < 200 && last !== 429; count++) last = await attempt(limited);
  assert.equal(last, 429);
  assert.equal(await attempt(other), 401);
  // Caddy replaces the header, so a client cannot choose its address.
  assert.equal(await attempt(limited, { "x-forwarded-for": other }), 429);
  assert.equal(await attempt(other, { "x-forwarded-for": limited }), 401);
});

test("gives each request an ID that the client cannot choose", withCaddy, async () => {
  const chosen = "chosen-by-the-client";
  const headers = { "x-request-id": chosen };
  const response = await get("/healthz", { headers });
  await text(response);
  const id = response.headers["x-request-id"];
  assert.match(String(id), /^[0-9a-f-]{36}$/);
  assert.notEqual(id, chosen);
  // The server trusts the address of this test like that of the proxy.
  const direct = await fetch(new URL("/healthz", world.url), { headers });
  assert.equal(direct.headers.get("x-request-id"), chosen, "control: without the proxy");
});

test("passes on events and the terminal's WebSocket without delay", withCaddy, async () => {
  const { id } = await world.client.session.create({
    prompt: 'Begin. SCRIPT(say("First."))',
  });
  // A stream of events does not end by itself, so a proxy that buffers would never deliver the turn's end.
  const watched = await runTembo(proxied, ["session", "watch", id]);
  assert.equal(watched.code, 0, watched.output);
  assert.match(watched.out, /First\./);

  await world.until(id, ({ eventType }) => eventType === "sandbox.kept");
  const child = startTemboOnTerminal(proxied, ["session", "terminal", id], { rows: 20, columns: 80 });
  const screen = new Screen(child.stdout);
  await screen.until(/closes the terminal/);
  child.stdin.write("echo over-$((40 + 2))\r");
  await screen.until(/over-42/);
  child.stdin.write("exit 0\r");
  const [code] = await once(child, "close");
  assert.equal(code, 0, screen.text);
});
