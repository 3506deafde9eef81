/**
 * Program on the machine that runs the sandboxes. Usage: node agent.ts FOLDER CERTIFICATES. Prints the port on which it listens, and exits
 * when its input ends. Clients must present a certificate from the authority in CERTIFICATES.
 */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer, type TLSSocket } from "node:tls";
import { createBubblewrap } from "../../bubblewrap/create-bubblewrap.ts";
import { prepareRuntime } from "../../prepare-runtime.ts";
import { AgentState } from "./agent-state.ts";
import { providedPath } from "./provided-paths.ts";
import { serveServer } from "./serve-server.ts";

/** This ID differs from the server's, so that a test fails if code relies on equal IDs. */
const uidBase = 400_000;
const [folder = "", certificates = ""] = process.argv.slice(2);
const read = (file: string) => readFileSync(join(certificates, file));

const provider = createBubblewrap({
  dataDir: folder,
  nodeBinary: await prepareRuntime(folder),
  uidBase,
  log: { info() {}, warn() {}, error() {} },
  sourceOf: (path) => providedPath(folder, path),
});
const state = new AgentState(provider, folder);
const serving = new Map<TLSSocket, Promise<void>>();
const server = createServer(
  {
    ca: read("ca.pem"),
    cert: read("certificate.pem"),
    key: read("key.pem"),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.3",
  },
  (socket) => {
    socket.setNoDelay(true);
    const served = serveServer(socket, state).finally(() => serving.delete(socket));
    serving.set(socket, served);
  },
);
server.on("tlsClientError", (_error, socket) => socket.destroy());
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

process.stdin.resume().once("end", async () => {
  server.close();
  for (const socket of serving.keys()) socket.destroy();
  await Promise.all(serving.values());
  process.exit();
});
