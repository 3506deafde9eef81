import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect as connectPlainly, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { connect, createServer as createTlsServer } from "node:tls";
import { createEgressProxy } from "../../../broker/egress/create-egress-proxy.ts";
import { parseEgressRule } from "../../../core/access/index.ts";
import { afterwards } from "../afterwards.ts";
import { makeProvider } from "../make-provider.ts";
import {
  countProcesses,
  firstLine,
  foldersOf,
  makeDataDir,
  run,
  shell,
  specOf,
  startDaemon,
} from "../run-in-sandbox.ts";
import { type AgentAddress, connectAgent } from "./agent-connection.ts";
import { connectRemote } from "./create-remote.ts";
import { makeAuthority } from "./make-certificates.ts";
import { startAgent } from "./start-agent.ts";

const limits = { timeout: 60_000 };

test("an agent rejects clients without a server certificate from its authority", limits, async (t) => {
  const { address, dataDir, folder } = await setUp(t);
  const other = join(dataDir, "other");
  const makeOther = await makeAuthority(join(dataDir, "other-authority"));
  await makeOther("server", other);
  // The client trusts the agent, but the agent does not trust the client.
  await copyFile(join(address.certificates, "ca.pem"), join(other, "ca.pem"));
  const refused = { code: "sandbox_unavailable", message: /connection .* was lost/ };
  await assert.rejects(connectAgent({ ...address, certificates: other }), refused);
  // The agent's own certificate is from the authority, but is not valid for a server.
  await assert.rejects(connectAgent({ ...address, certificates: join(folder, "certificates") }), refused);
  const bare = connect({ port: address.port, host: "127.0.0.1", rejectUnauthorized: false });
  await new Promise((resolve) => bare.on("error", () => {}).once("close", resolve));
  const agent = await connectAgent(address);
  agent.close();
});

test(
  "a server rejects an agent without a certificate from its authority, before sending anything",
  limits,
  async (t) => {
    const { address, dataDir } = await setUp(t);
    const makeOther = await makeAuthority(join(dataDir, "other-authority"));
    const other = join(dataDir, "other");
    await makeOther("agent", other);
    const received: Buffer[] = [];
    const port = await serveTls(t, other, (socket) =>
      socket.on("data", (bytes: Buffer) => received.push(bytes)),
    );
    await assert.rejects(connectAgent({ ...address, port }), {
      code: "sandbox_unavailable",
      message: /certificate|was lost/,
    });
    assert.deepEqual(received, []);
  },
);

test("a frame that is too large closes only its own connection", limits, async (t) => {
  const { address, folder } = await setUp(t);
  const large = Buffer.from([0x7f, 0xff, 0xff, 0xff, 2, 0, 0, 0, 1]);
  const other = await connectAgent(address);
  afterwards(t, () => other.close());
  const read = (name: string) => readFileSync(join(address.certificates, name));
  const raw = connect({
    port: address.port,
    host: "127.0.0.1",
    servername: "agent.test",
    ca: read("ca.pem"),
    cert: read("certificate.pem"),
    key: read("key.pem"),
  });
  raw.on("error", () => {});
  raw.write(large);
  await once(raw.resume(), "close");
  await other.call("clear", { sessionId: "any" });

  const port = await serveTls(t, join(folder, "certificates"), (socket) => socket.write(large));
  await assert.rejects(connectAgent({ ...address, port }), {
    code: "sandbox_unavailable",
    message: /frame of 2147483647 bytes, which is too large/,
  });
});

test(
  "programs exit with the reason, and later calls fail, when the connection to the agent is lost",
  limits,
  async (t) => {
    const { provider, agent } = await setUp(t);
    const sandbox = await provider.create(specOf());
    const program = sandbox.spawn(
      { argv: ["sh", "-c", "echo up; cat"], cwd: "/", env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(program), "up");
    const stderr = text(program.stderr);
    await agent.kill();
    assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    const sentence = /The connection to the sandbox's machine was lost: .* Start the turn again\./;
    assert.match(await stderr, sentence);
    const lost = { code: "sandbox_unavailable", message: sentence };
    assert.throws(
      () => sandbox.spawn({ argv: ["true"], cwd: "/", env: {} }, new AbortController().signal),
      lost,
    );
    await assert.rejects(sandbox.pause(), lost);
    await assert.rejects(sandbox.stop(), lost);
    await assert.rejects(provider.create(specOf(2)), lost);
  },
);

test("the agent stops its sandboxes when the connection to the server is lost", limits, async (t) => {
  const { provider, agent } = await setUp(t);
  const sandbox = await provider.create(specOf());
  const token = randomUUID();
  const program = sandbox.spawn(
    { argv: ["sh", "-c", `${startDaemon} cat`, "sh", token], cwd: "/", env: {} },
    new AbortController().signal,
  );
  assert.equal(await firstLine(program), "up");
  assert.ok(countProcesses(token) > 0, "control: the daemon runs");
  await provider.close();
  await program.exited;
  const { socketsPath } = foldersOf(agent.folder);
  for (let tries = 0; tries < 500 && (countProcesses(token) > 0 || existsSync(socketsPath)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(countProcesses(token), 0);
  assert.ok(!existsSync(socketsPath));
});

test(
  "transfers programs, terminals, files and sockets over one connection, without a shared folder",
  limits,
  async (t) => {
    let connections = 0;
    const { dataDir, agent, provider } = await setUp(t, async ({ port }) => {
      const relay = createServer((client) => {
        connections += 1;
        const onward = connectPlainly(port, "127.0.0.1");
        client.pipe(onward).pipe(client);
        for (const [one, other] of [
          [client, onward],
          [onward, client],
        ] as const)
          one.on("error", () => {}).on("close", () => other.destroy());
      }).listen(0, "127.0.0.1");
      await once(relay, "listening");
      afterwards(t, () => relay.close());
      return (relay.address() as AddressInfo).port;
    });
    const sandbox = await provider.create(specOf());
    const page = createHttpServer((_request, response) => response.end("page"));
    await once(page.listen(0, "127.0.0.1"), "listening");
    afterwards(t, () => page.close());
    const { port } = page.address() as AddressInfo;
    const proxy = await createEgressProxy({
      log: { info() {}, warn() {}, error() {} },
      privateHosts: ["page.example"],
      lookup: async () => ["127.0.0.1"],
    }).openEgress({
      ...sandbox.forward("egress"),
      policy: { kind: "list", rules: [parseEgressRule(`page.example:${port}`)] },
      secrets: [],
      certificateAuthority: null,
      onDenied: () => {},
    });
    afterwards(t, () => proxy.close());
    const url = `http://page.example:${port}/`;
    const answers = await Promise.all(
      [
        ["curl", "-s", url],
        ["curl", "-s", "--proxytunnel", url],
      ].map((argv) => run(sandbox, argv as [string, ...string[]])),
    );
    assert.deepEqual(
      answers.map(({ stdout }) => stdout),
      ["page", "page"],
    );
    const refused = await shell(
      sandbox,
      `curl -s -o /dev/null -w '%{http_code}' http://other.example:${port}/`,
    );
    assert.equal(refused.stdout, "403");
    await shell(sandbox, "echo content > file");
    assert.equal(
      (await run(sandbox, ["cat", foldersOf(dataDir).workspacePath])).code,
      1,
      "the sandbox does not have the server's folder",
    );
    await sandbox.stop();
    assert.equal(readFileSync(join(foldersOf(dataDir).workspacePath, "file"), "utf8"), "content\n");
    assert.ok(existsSync(join(foldersOf(agent.folder).workspacePath, "file")));
    assert.equal(connections, 1);
  },
);

test(
  "a sandbox starts with the server's files, regardless of the files that the agent kept",
  limits,
  async (t) => {
    const { dataDir, agent, provider } = await setUp(t);
    const first = await provider.create(specOf());
    await shell(first, "echo first > file; echo extra > extra");
    await first.stop();
    const { workspacePath } = foldersOf(dataDir);
    writeFileSync(join(workspacePath, "file"), "by the server\n");
    await rm(join(workspacePath, "extra"));
    assert.ok(existsSync(join(foldersOf(agent.folder).workspacePath, "extra")), "control");
    const second = await provider.create({ ...specOf(), isWorkspaceReadOnly: true });
    assert.equal((await shell(second, "cat file; ls")).stdout, "by the server\nfile\n");
    await second.stop();
  },
);

/** Starts an agent and a provider that uses it. `detour` may return another port that forwards to the agent. */
async function setUp(t: TestContext, detour?: (address: AgentAddress) => Promise<number>) {
  const dataDir = await makeDataDir(t);
  const agent = await startAgent(t, dataDir);
  const address =
    detour === undefined ? agent.address : { ...agent.address, port: await detour(agent.address) };
  const provider = await connectRemote({
    address,
    dataDir,
    local: await makeProvider("bubblewrap", dataDir),
  });
  afterwards(t, () => provider.close());
  return { dataDir, agent, address, folder: agent.folder, provider };
}

/** Starts a TLS server that replaces an agent. */
async function serveTls(
  t: TestContext,
  certificates: string,
  onConnection: (socket: NodeJS.ReadWriteStream) => void,
): Promise<number> {
  const read = (name: string) => readFileSync(join(certificates, name));
  const server = createTlsServer({ cert: read("certificate.pem"), key: read("key.pem") }, (socket) => {
    socket.on("error", () => {});
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterwards(t, () => server.close());
  return (server.address() as AddressInfo).port;
}
