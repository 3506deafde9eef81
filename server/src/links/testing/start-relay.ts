import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** Starts a TCP relay between workers and a server. It can break the connections that are open at the moment. */
export async function startRelay(t: TestContext, target: string) {
  const { hostname, port } = new URL(target);
  const open = new Set<{ readonly worker: Socket; readonly server: Socket }>();
  const relay = createServer((worker) => {
    const server = connect(Number(port), hostname);
    open.add({ worker, server });
    for (const [from, to] of [
      [worker, server],
      [server, worker],
    ] as const) {
      from.on("error", () => {}).pipe(to);
      from.once("close", () => to.destroy());
    }
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const detach = () => {
    const pairs = [...open];
    open.clear();
    for (const { worker, server } of pairs)
      for (const socket of [worker, server]) socket.unpipe().removeAllListeners("close").resume();
    return pairs;
  };
  t.after(() => {
    for (const { worker, server } of [...detached, ...detach()]) {
      worker.destroy();
      server.destroy();
    }
    relay.close();
  });
  const detached: { readonly worker: Socket; readonly server: Socket }[] = [];
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    /** Passes nothing on between the two ends from now on. */
    silence(): void {
      detached.push(...detach());
    },
    /** Resets the connections to both ends. */
    reset(): void {
      for (const { worker, server } of detach()) {
        worker.resetAndDestroy();
        server.resetAndDestroy();
      }
    },
  };
}
