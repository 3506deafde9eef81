import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatHostPort } from "./core/access/index.ts";
import type { Logger } from "./core/base/index.ts";
import type { BrokerEndpoint, EgressProxy } from "./core/turns/index.ts";
import { isListening } from "./outbound/is-listening.ts";
import { type SocketPlace, socketAt } from "./sandbox/forwards/listen-at-socket.ts";

const folderPrefix = "git-";

/**
 * Opens the proxy through which host git connects to forges. The proxy listens on a unix socket and accepts CONNECT, and requests in
 * absolute form for http. It permits all public hosts, and the private hosts that the operator lists. The server decides which repositories
 * git may use before it runs git.
 */
export async function startGitProxy(
  broker: Pick<EgressProxy, "openEgress">,
  place: SocketPlace,
  log: Logger,
): Promise<BrokerEndpoint> {
  const proxy = await broker.openEgress({
    ...socketAt(place),
    policy: { kind: "open" },
    secrets: [],
    certificateAuthority: null,
    onDenied: ({ host, port, reason }) =>
      log.warn(
        { place: formatHostPort(host, port), reason },
        "the git proxy denied a connection of host git",
      ),
  });
  return {
    async close() {
      await proxy.close();
      await rm(dirname(place.socketPath), { recursive: true, force: true });
    },
  };
}

/**
 * Returns a socket path for the proxy that only this process uses, and removes sockets that killed processes left behind. A process ID in
 * the path would not be unique, because workers share a data folder, and in containers they can all have the same ID.
 */
export async function gitProxyPlace(dataDir: string): Promise<SocketPlace> {
  const folder = join(dataDir, "run");
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw cause;
  });
  for (const name of names.filter((one) => one.startsWith(folderPrefix))) {
    if (!(await isListening(socketIn(folder, name))))
      await rm(join(folder, name), { recursive: true, force: true });
  }
  const socketPath = socketIn(folder, `${folderPrefix}${randomBytes(6).toString("hex")}`);
  return { socketPath, uid: process.getuid!(), gid: process.getgid!() };
}

const socketIn = (folder: string, name: string) => join(folder, name, "proxy");
