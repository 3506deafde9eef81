import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { connect, createServer, type ListenOptions, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { startPostgres } from "../../../server/src/postgres/start-postgres.ts";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { firstLine } from "../../../server/src/sandbox/testing/run-in-sandbox.ts";
import { asRoot, asUser, inBareBubblewrap } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { node, perl } from "./support/script.ts";
import { loot, type Stage } from "./support/stage.ts";

const abstractName = `tembo-probe-${process.pid}`;

const { act, probe } = onStage(async () => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-probes-db-"));
  await chmod(folder, 0o711);
  const postgres = await startPostgres({ dataDir: folder, log: { info() {}, warn() {}, error() {} } });
  const socketPath = join(folder, "of-the-host");
  const servers = [
    await listen({ port: 0, host: "127.0.0.1" }),
    await listen({ port: 0, host: "::1" }),
    await listen({ path: `\0${abstractName}` }),
    await listen({ path: socketPath }),
  ];
  await chmod(socketPath, 0o777);
  return {
    alsoClose: async () => {
      for (const server of servers) server.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
    extraPlaces: {
      DATABASE_SOCKET: join(postgres.socketDir, ".s.PGSQL.5432"),
      DATABASE_FOLDER: postgres.socketDir,
      LOOPBACK_PORT: portOf(servers[0]!),
      LOOPBACK_PORT_6: portOf(servers[1]!),
      HOST_SOCKET: socketPath,
    },
  };
});

/** Returns a script that connects, sends nothing and prints the received data or the error code. */
const dial = (target: string) =>
  node(`const socket = require("node:net").connect(${target});
    socket.on("data", (chunk) => process.stdout.write(chunk)).on("error", (error) => console.log(error.code)).setTimeout(5000, () => socket.destroy(new Error("silent")));`);

probe("a loopback service on the host cannot be reached", {
  script: dial('{ host: "127.0.0.1", port: process.env.LOOPBACK_PORT }'),
  contained: /^ECONNREFUSED$/m,
  control: inBareBubblewrap({ share: ["net"] }),
});

probe("a loopback service on the host cannot be reached over IPv6", {
  script: dial('{ host: "::1", port: process.env.LOOPBACK_PORT_6 }'),
  contained: /^E(CONNREFUSED|ADDRNOTAVAIL|NETUNREACH|AFNOSUPPORT|PERM)$/m,
  control: inBareBubblewrap({ share: ["net"] }),
});

probe("0.0.0.0 refers to the sandbox, not to the host", {
  script: dial('{ host: "0.0.0.0", port: process.env.LOOPBACK_PORT }'),
  contained: /^ECONNREFUSED$/m,
  control: inBareBubblewrap({ share: ["net"] }),
});

probe("an abstract socket on the host cannot be reached", {
  script: dial(`{ path: "\\0${abstractName}" }`),
  contained: /^ECONNREFUSED$/m,
  control: inBareBubblewrap({ share: ["net"] }),
});

probe("a world-writable socket on the host is hidden", {
  script: dial("{ path: process.env.HOST_SOCKET }"),
  contained: /^ENOENT$/m,
  control: asUser,
});

probe("another session's socket is hidden", {
  script: dial("{ path: process.env.OTHER_SOCKET }"),
  contained: /^ENOENT$/m,
  control: asUser,
});

act("a preview of a port does not lead to the same port of the host", {
  attempt: ({ sandbox, places }) => readThrough(() => sandbox.connect(Number(places.LOOPBACK_PORT), soon())),
  contained: /^Nothing in the sandbox accepts/,
  control: ({ places }) => readFrom(connect(Number(places.LOOPBACK_PORT), "127.0.0.1")),
});

act("a preview of a port does not lead to a program of another session", {
  attempt: async (stage) => {
    await serveInOther(stage);
    return readThrough(() => stage.sandbox.connect(previewedPort, soon()));
  },
  contained: /^Nothing in the sandbox accepts/,
  control: ({ otherSandbox }) => readThrough(() => otherSandbox.connect(previewedPort, soon())),
});

act("a preview does not lead to the session's own model gateway", {
  attempt: async ({ sandbox }) => {
    const listener = await sandbox.forward("model").listen((socket) => socket.end(loot));
    const outcome = await readThrough(() => sandbox.connect(inside.ports.model, soon()));
    await listener.close();
    return outcome;
  },
  contained: /^Port \d+ of the sandbox belongs to Tembo/,
  control: async (stage) => {
    const listener = await stage.sandbox.forward("model").listen((socket) => socket.end(loot));
    const outcome = await stage.run(dial(`{ host: "127.0.0.1", port: ${inside.ports.model} }`));
    await listener.close();
    return outcome;
  },
});

const previewedPort = 5173;
const soon = () => AbortSignal.timeout(10_000);

/** Starts a program in the other session's sandbox that sends the loot to each client. Waits until it listens. */
async function serveInOther({ otherSandbox }: Stage): Promise<void> {
  const script = `require("node:net").createServer((socket) => socket.end("${loot}")).listen(${previewedPort}, "127.0.0.1", () => console.log("up"))`;
  const argv = ["node", "-e", script] as const;
  await firstLine(otherSandbox.spawn({ argv: [...argv], cwd: "/", env: {} }, AbortSignal.timeout(30_000)));
}

/** Returns what the connection receives, or why there is no connection. */
async function readThrough(open: () => ReturnType<Stage["sandbox"]["connect"]>): Promise<string> {
  const connection = await open().catch((cause: Error) => cause);
  return connection instanceof Error ? connection.message : readFrom(connection);
}

async function readFrom(stream: Readable): Promise<string> {
  let received = "";
  for await (const chunk of stream) received += chunk;
  return received;
}

/** Returns a script that sends a guessed token to a socket, and prints what it receives until the end. */
const guess = (path: string) =>
  node(`const socket = require("node:net").connect(${JSON.stringify(path)}, () => socket.write("0".repeat(32)));
    socket.on("data", (chunk) => process.stdout.write(chunk)).on("error", (error) => console.log(error.code)).on("close", () => console.log("closed"));`);

act("the socket for programs' streams accepts no connection without a token", {
  attempt: async (stage) => {
    const waiting = stage.sandbox.spawn(
      { argv: ["sh", "-c", "echo up; exec cat"], cwd: "/", env: {} },
      AbortSignal.timeout(30_000),
    );
    await once(waiting.stdout, "data");
    const names = await readdir(stage.folders.socketsPath);
    const name = names.find((candidate) => candidate.startsWith(".s"));
    assert.ok(name, "the sandbox has a socket for streams");
    const output = await stage.run(guess(`/run/tembo/sockets/${name}`));
    waiting.stdin.end();
    return `${output}${JSON.stringify(await waiting.exited)}`;
  },
  contained: /^closed\n\{"code":0,"signal":null\}$/,
  control: (stage) => asUser(guess(stage.places.OTHER_SOCKET!), stage),
});

/** Returns a script that starts the PostgreSQL protocol with an SSLRequest. The server responds with one letter. */
const greetDatabase = (target: string) =>
  node(`const socket = require("node:net").connect(${target});
    socket.on("connect", () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.on("data", (chunk) => { console.log("database said " + chunk); socket.destroy(); }).on("error", (error) => console.log(error.code));`);

probe("the database socket is hidden", {
  script: greetDatabase("{ path: process.env.DATABASE_SOCKET }"),
  contained: /^ENOENT$/m,
  escaped: /database said [NS]/,
  control: asRoot,
});

probe("the database cannot be reached over TCP", {
  script: greetDatabase('{ host: "127.0.0.1", port: 5432 }'),
  contained: /^ECONNREFUSED$/m,
  escaped: /database said [NS]/,
  control: (_script, stage) => asRoot(greetDatabase("{ path: process.env.DATABASE_SOCKET }"), stage),
});

probe("the folder of the database socket is hidden from the session's user", {
  script: perl('print -e $ENV{DATABASE_SOCKET} ? "seen\\n" : "$!\\n"'),
  contained: /No such file/,
  escaped: /^seen$/m,
  control: asRoot,
});

async function listen(where: ListenOptions): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => {}).end(loot)).listen(where);
  await once(server, "listening");
  return server;
}

function portOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return String(address.port);
}
