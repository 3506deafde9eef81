import * as http from "node:http";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { canonicalHost } from "../core/access/index.ts";
import type { Reach } from "./reach/reach.ts";

/**
 * Maximum idle time of a connection. Many servers close a connection after five idle seconds, and a request sent at that moment would be
 * lost.
 */
const forgetSocketAfterMs = 4_000;

type Opened = (error: Error | null, stream?: Duplex) => void;

export interface KeptAgentOptions {
  readonly keepAlive: boolean;
  /** PEM certificates to trust, or undefined to trust the machine's certificates. */
  readonly ca: readonly string[] | undefined;
}

/** Creates Node's standard agent for the protocol. The reach opens the agent's connections, so each address is looked up and checked. */
export function createKeptAgent(
  reach: Reach,
  protocol: "http:" | "https:",
  { keepAlive, ca }: KeptAgentOptions,
): http.Agent {
  const options = keepAlive ? { keepAlive, timeout: forgetSocketAfterMs } : {};
  return protocol === "https:"
    ? new CheckedTlsAgent(reach, { ...options, ...(ca && { ca: [...ca] }) })
    : new CheckedAgent(reach, options);
}

class CheckedAgent extends http.Agent {
  readonly #reach: Reach;

  constructor(reach: Reach, options: http.AgentOptions) {
    super(options);
    this.#reach = reach;
  }

  override createConnection(options: http.ClientRequestArgs, opened: Opened): undefined {
    connectTo(this.#reach, options).then(
      (socket) => opened(null, socket),
      (error: Error) => opened(error),
    );
  }
}

class CheckedTlsAgent extends https.Agent {
  readonly #reach: Reach;

  constructor(reach: Reach, options: https.AgentOptions) {
    super(options);
    this.#reach = reach;
  }

  override createConnection(options: http.ClientRequestArgs, opened: Opened): undefined {
    // Node's own code handles the rest, so that TLS sessions are resumed.
    connectTo(this.#reach, options)
      .then((socket) => super.createConnection({ ...options, socket } as never))
      .then(
        (secure) => opened(null, secure as Duplex),
        (error: Error) => opened(error),
      );
  }
}

async function connectTo(reach: Reach, options: http.ClientRequestArgs) {
  const written = String(options.hostname ?? options.host);
  const host = canonicalHost(written.includes(":") ? `[${written.replace(/^\[(.*)\]$/, "$1")}]` : written);
  if (host === null) throw new Error(`"${written.slice(0, 100)}" is not a valid host`);
  const socket = await reach.connect({ host, port: Number(options.port) }, unending);
  // A keep-alive connection that the server has closed must not be reused.
  socket.allowHalfOpen = false;
  return socket;
}

/** Signal that never aborts, because the reach has its own time limit for connecting. */
const unending = new AbortController().signal;
