import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Serves the files of a folder on loopback. Does not answer requests for `hangingFile`. */
export async function serveFolder(folder: string, hangingFile = "") {
  const requested: string[] = [];
  const hanging = Promise.withResolvers<void>();
  const server = createServer(({ url = "" }, response) => {
    const name = url.slice(1);
    requested.push(name);
    if (name === hangingFile) return hanging.resolve();
    const file = join(folder, name);
    if (name.includes("/") || !existsSync(file)) response.writeHead(404).end();
    else createReadStream(file).pipe(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Names of the files that were requested. */
    requested,
    /** Settles with the first request for `hangingFile`. */
    hanging: hanging.promise,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
