import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { createEgressProxy } from "./broker/egress/create-egress-proxy.ts";
import { serveTls } from "./broker/egress/testing/local-servers.ts";
import { gitProxyPlace, startGitProxy } from "./start-git-proxy.ts";

const run = promisify(execFile);

/** Opens the proxy, and a loopback port through which git can connect to it. Records the targets that the proxy rejects. */
async function openProxy(t: TestContext, privateHosts: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-git-proxy-"));
  const socketPath = join(folder, "p");
  const refused: object[] = [];
  const log = { info() {}, error() {}, warn: (fields: object) => void refused.push(fields) };
  const place = { socketPath, uid: process.getuid!(), gid: process.getgid!() };
  const proxy = await startGitProxy(createEgressProxy({ log, privateHosts }), place, log);
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const upstream = connect(socketPath);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    client.pipe(upstream).pipe(client);
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  t.after(async () => {
    relay.close();
    for (const socket of sockets) socket.destroy();
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`, refused };
}

/** Lists a repository's refs through the proxy. Returns git's output. */
async function listRefs(proxy: string, remote: string): Promise<string> {
  const settings = ["-c", `http.proxy=${proxy}`, "-c", "http.sslVerify=false"];
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
  const ran = await run("git", [...settings, "ls-remote", remote], { env }).catch(
    (error: { stderr: string }) => error,
  );
  return "stdout" in ran ? `${ran.stdout}${ran.stderr}` : ran.stderr;
}

const sha = "1".repeat(40);
const line = (text: string) => (text.length + 4).toString(16).padStart(4, "0") + text;

test("lists refs through the proxy only for hosts that the operator allows", async (t) => {
  const forge = await serveTls(t, (_request, response) => {
    response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
    const refs = `${line("# service=git-upload-pack\n")}0000${line(`${sha} refs/heads/main\0 agent=git/2\n`)}0000`;
    response.end(refs);
  });
  const remote = `https://127.0.0.1:${forge.port}/acme/app.git`;
  const listed = await openProxy(t, [`127.0.0.1:${forge.port}`]);
  assert.match(
    await listRefs(listed.url, remote),
    new RegExp(`${sha}\\s+refs/heads/main`),
    "control: lists the refs of an allowed host",
  );
  const asked = forge.seen.length;
  const closed = await openProxy(t, []);
  assert.match(await listRefs(closed.url, remote), /403/);
  assert.match(await listRefs(closed.url, `http://127.0.0.1:${forge.port}/acme/app.git`), /403/);
  assert.equal(forge.seen.length, asked, "sends no request to the forge");
  assert.equal(closed.refused.length, 2);
});

test("removes the socket of a killed server, and keeps one that is in use", async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-git-proxy-"));
  const live = createServer();
  t.after(async () => {
    live.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  for (const name of ["git-1", "git-2", "0199c0de"])
    await mkdir(join(dataDir, "run", name), { recursive: true });
  await once(live.listen(join(dataDir, "run/git-1/proxy")), "listening");
  const killed = createServer();
  await once(killed.listen(join(dataDir, "run/killed")), "listening");
  // The socket is renamed, so that closing the server does not remove it.
  await rename(join(dataDir, "run/killed"), join(dataDir, "run/git-2/proxy"));
  await new Promise((resolve) => killed.close(resolve));
  const [one, other] = [await gitProxyPlace(dataDir), await gitProxyPlace(dataDir)];
  assert.notEqual(one.socketPath, other.socketPath);
  assert.deepEqual((await readdir(join(dataDir, "run"))).sort(), ["0199c0de", "git-1"]);
});
