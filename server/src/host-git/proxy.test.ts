import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, request as send } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { startGit } from "./git-process.ts";
import { configureHostGit } from "./host-git.ts";

const isRoot = process.getuid?.() === 0;
const user = { uid: 4343, gid: 4343 };

/** Starts a forge on the loopback interface, and a proxy on a unix socket. The proxy forwards requests only if `isAllowed` returns true. */
async function startServers(t: TestContext, isAllowed: () => boolean) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-git-proxy-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const forge = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
    const sha = "1".repeat(40);
    response.end(
      `001e# service=git-upload-pack\n0000003f${sha} refs/heads/main\0agent=x\n0000`.replace("003f", "0045"),
    );
  });
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url!);
    if (!isAllowed()) return response.writeHead(403).end("refused by the policy\n");
    const passed = send(request.url!, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  proxy.on("connect", (request, socket, head) => {
    asked.push(`CONNECT ${request.url}`);
    if (!isAllowed()) return socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const [host, port] = request.url!.split(":");
    const out = connect(Number(port), host, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    out.on("error", () => socket.destroy());
    socket.on("error", () => out.destroy());
    out.write(head);
    socket.pipe(out).pipe(socket);
  });
  const proxySocketPath = join(folder, "proxy");
  await Promise.all([listen(t, forge, 0), listen(t, proxy, proxySocketPath)]);
  return { port: (forge.address() as AddressInfo).port, asked, proxySocketPath };
}

async function listen(t: TestContext, server: Server, at: string | number): Promise<void> {
  await new Promise<void>((resolve) =>
    typeof at === "string" ? server.listen(at, resolve) : server.listen(at, "127.0.0.1", resolve),
  );
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
}

async function git(
  args: readonly string[],
  needsNetwork = true,
): Promise<{ code: number | null; printed: string }> {
  const env = {
    PATH: "/usr/bin:/bin",
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  const started = startGit(
    { args, env, stdin: "ignore", needsNetwork, timeLimitMs: 60_000 },
    AbortSignal.timeout(60_000),
  );
  const [output, words, code] = await Promise.all([
    text(started.child.stdout),
    text(started.child.stderr),
    started.exited,
  ]);
  return { code, printed: output + words };
}

test("reaches an HTTP or HTTPS remote only through the proxy", async (t) => {
  let isAllowed = true;
  const { port, asked, proxySocketPath } = await startServers(t, () => isAllowed);
  const list = (scheme: string) => git(["ls-remote", `${scheme}://127.0.0.1:${port}/app.git`]);
  await configureHostGit({ user, proxySocketPath });
  t.after(() => configureHostGit({ proxySocketPath: null }));
  assert.match((await list("http")).printed, /refs\/heads\/main/);
  assert.deepEqual(asked, [`http://127.0.0.1:${port}/app.git/info/refs?service=git-upload-pack`]);
  await list("https");
  assert.equal(asked.at(-1), `CONNECT 127.0.0.1:${port}`);
  isAllowed = false;
  const refused = await list("http");
  assert.notEqual(refused.code, 0);
  assert.match(refused.printed, /403/);
});

test("a planted command can access no network other than the proxy", {
  skip: !isRoot && "only root can give host git its own network",
}, async (t) => {
  const { port, proxySocketPath } = await startServers(t, () => false);
  const program = `socket S,2,1,0; print connect(S, pack("S n a4 x8", 2, ${port}, "\\x7f\\0\\0\\1")) ? "reached" : "not reached"`;
  const look = () => git(["-c", `alias.planted=!perl -e '${program}'`, "planted"]);
  await configureHostGit({ user, proxySocketPath });
  assert.match((await look()).printed, /not reached/);
  await configureHostGit({ proxySocketPath: null });
  assert.match(
    (await look()).printed,
    /^reached/,
    "control: without a proxy, the command is in the machine's network",
  );
});

test("a command without a remote cannot reach the proxy", {
  skip: !isRoot && "only root can give host git its own network",
}, async (t) => {
  const { port, proxySocketPath } = await startServers(t, () => true);
  // Tries all ports to find the proxy, as a planted command would have to.
  const tries = `for my $port (1024 .. 65535) { socket S,2,1,0; if (connect S, pack("S n a4 x8", 2, $port, "\\x7f\\0\\0\\1")) { print "found"; last } close S }`;
  const look = (needsNetwork: boolean) =>
    git(["-c", `alias.planted=!perl -e '${tries}'`, "planted"], needsNetwork);
  await configureHostGit({ user, proxySocketPath });
  t.after(() => configureHostGit({ proxySocketPath: null }));
  assert.equal((await look(false)).printed, "");
  assert.equal((await look(true)).printed, "found", "control");
  const fetched = await git(["ls-remote", `http://127.0.0.1:${port}/app.git`]);
  assert.match(fetched.printed, /refs\/heads\/main/, "control");
});
