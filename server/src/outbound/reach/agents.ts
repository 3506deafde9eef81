import { once } from "node:events";
import { Agent, type ClientRequest, type RequestOptions, request } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { formatHostPort, isAddress } from "../../core/access/index.ts";
import { withReason } from "../../core/base/index.ts";
import { Refusal } from "../refusal.ts";
import type { Reach } from "./reach.ts";
import type { Target } from "./target.ts";

export interface ReachRequestOptions extends RequestOptions {
  /** Signal that aborts when the request is closed. Node does not pass `signal` to an agent. */
  readonly goneSignal: AbortSignal;
}

/** Sends a request through one of the agents below. Only these agents decide which targets a request may connect to. */
export function requestThrough(options: ReachRequestOptions & { readonly agent: Agent }): ClientRequest {
  if (!(options.agent instanceof ReachAgent)) throw new Error("This agent does not check its destinations.");
  return request(options);
}

type Opened = (error: Error | null, stream?: Duplex) => void;

/** Creates an agent that opens a separate connection for every request, so that a request never uses a connection to another host. */
export function createPlainAgent(reach: Reach): Agent {
  return new ReachAgent({ keepAlive: false }, (target, signal) => reach.connect(target, signal));
}

/**
 * Creates an agent for the only target of a tunnel. Its first connection is already open. The agent looks up and checks the address for
 * each later connection. It keeps one connection open between the tunnel's requests.
 */
export function createTunnelAgent(reach: Reach, opened: Socket): Agent {
  let unused: Socket | null = opened;
  return new ReachAgent(
    { keepAlive: true, maxSockets: 1, timeout: forgetSocketAfterMs },
    (target, signal) => {
      const first = unused;
      unused = null;
      // The first connection is returned synchronously. Otherwise, each pending request would open a connection.
      return first?.readable && first.writable ? first : reach.connect(target, signal);
    },
  );
}

/**
 * Creates an agent that opens verified TLS connections to the only target of a client's connection. The agent keeps one connection open
 * between requests, and looks up and checks the address for each new connection. `ca` is the list of trusted PEM certificates, or undefined
 * to trust the machine's certificates.
 */
export function createTlsAgent(reach: Reach, ca: readonly string[] | undefined, handshakeMs: number): Agent {
  return new ReachAgent(
    { keepAlive: true, maxSockets: 1, timeout: forgetSocketAfterMs },
    async (target, signal) => {
      const raw = await reach.connect(target, signal);
      const { host, port } = target;
      const secure = connectTls({
        socket: raw,
        host,
        ...(isAddress(host) ? {} : { servername: host }),
        ...(ca === undefined ? {} : { ca: [...ca] }),
        ALPNProtocols: ["http/1.1"],
      });
      try {
        const late = AbortSignal.any([signal, AbortSignal.timeout(handshakeMs)]);
        await once(secure, "secureConnect", { signal: late });
        return secure;
      } catch (cause) {
        secure.destroy();
        const place = formatHostPort(host, port);
        throw new Refusal(
          502,
          `Tembo: no verified TLS to ${place}`,
          withReason(`No verified TLS connection to ${place}`, cause),
          { cause },
        );
      }
    },
  );
}

/**
 * Maximum idle time of a connection. Many servers close a connection after five idle seconds, and a request sent at that moment would be
 * lost.
 */
const forgetSocketAfterMs = 4_000;

/** Agent that opens its connections through `open`. */
class ReachAgent extends Agent {
  readonly #open: (target: Target, signal: AbortSignal) => Duplex | Promise<Duplex>;

  constructor(
    options: ConstructorParameters<typeof Agent>[0],
    open: (target: Target, signal: AbortSignal) => Duplex | Promise<Duplex>,
  ) {
    super(options);
    this.#open = open;
  }

  override createConnection(options: RequestOptions, opened: Opened): Duplex | undefined {
    const target = { host: String(options.host), port: Number(options.port) };
    const opening = this.#open(target, (options as ReachRequestOptions).goneSignal);
    if (!(opening instanceof Promise)) return opening;
    opening.then(
      (stream) => opened(null, stream),
      (error: Error) => opened(error),
    );
    return undefined;
  }
}
