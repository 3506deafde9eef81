import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import {
  type BoundSecret,
  type CertificateAuthority,
  type EgressDenial,
  type EgressPolicy,
  resolveEgressPolicy,
} from "../../../core/access/index.ts";
import type { BrokerEndpoint } from "../../../core/turns/index.ts";
import { socketOfTest } from "../../testing/socket-of-test.ts";
import { createEgressProxy, type EgressProxyOptions } from "../create-egress-proxy.ts";

const quietLog = { info() {}, warn() {}, error() {} };

export interface TestEgress {
  readonly proxy: BrokerEndpoint;
  readonly socketPath: string;
  readonly denied: EgressDenial[];
  /** Sends the bytes and returns everything received until the proxy closes the connection. */
  ask(bytes: string | Buffer): Promise<string>;
  dial(): Promise<Socket>;
  /** Opens a loopback TCP port that forwards to the socket, like the port in a sandbox, and returns its URL. */
  proxyUrl(): Promise<string>;
}

export type TestEgressOptions = Partial<Omit<EgressProxyOptions, "log">> & {
  readonly allow?: readonly string[];
  readonly policy?: EgressPolicy;
  readonly secrets?: readonly BoundSecret[];
  readonly certificateAuthority?: CertificateAuthority;
};

/** Opens a real egress proxy on a real socket. Closes it at the end of the test. */
export async function openTestEgress(t: TestContext, options: TestEgressOptions = {}): Promise<TestEgress> {
  const { allow = [], secrets = [], certificateAuthority = null, policy, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), "tembo-egress-"));
  const socketPath = join(folder, "e");
  const denied: EgressDenial[] = [];
  const proxy = await createEgressProxy({ log: quietLog, privateHosts: [], ...rest }).openEgress({
    ...socketOfTest(socketPath),
    policy: policy ?? resolveEgressPolicy({ preset: "custom", allow }, null).policy,
    secrets,
    certificateAuthority,
    onDenied: (denial) => denied.push(denial),
  });
  t.after(async () => {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });
  const dial = async () => {
    const socket = connect(socketPath);
    await once(socket, "connect");
    return socket;
  };
  return {
    proxy,
    socketPath,
    denied,
    dial,
    async ask(bytes) {
      const socket = await dial();
      socket.write(bytes);
      return text(socket);
    },
    async proxyUrl() {
      const sockets = new Set<Socket>();
      const forwarder = createServer((client) => {
        const upstream = connect(socketPath);
        for (const socket of [client, upstream]) {
          sockets.add(socket);
          socket.on("error", () => socket.destroy());
        }
        client.pipe(upstream).pipe(client);
      });
      forwarder.listen(0, "127.0.0.1");
      await once(forwarder, "listening");
      t.after(() => {
        forwarder.close();
        for (const socket of sockets) socket.destroy();
      });
      return `http://127.0.0.1:${(forwarder.address() as AddressInfo).port}`;
    },
  };
}
