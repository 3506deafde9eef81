import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { formatHostPort } from "../../core/egress/canonical-host.ts";
import type { EgressDenial } from "../../core/ports/broker.ts";

/** Why a request ends here. `message` is told to the program inside; `phrase` is all that many clients show of it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  /** Of the status line: ASCII, one line. */
  readonly phrase: string;

  constructor(status: number, phrase: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.status = status;
    this.phrase = phrase;
  }
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, "Bad Request", message);
}

/** Says where it was to go and how a person allows it. */
export function deniedRefusal({ host, port, reason }: EgressDenial): Refusal {
  const place = formatHostPort(host, port);
  if (reason === "notAllowed") {
    return new Refusal(
      403,
      `Tembo does not allow egress to ${place}`,
      `This sandbox may not reach ${place}. A person allows it by adding "${place}" to the egress allowlist of the organization, and of the session when it has its own.`,
    );
  }
  return new Refusal(
    403,
    `Tembo does not allow egress to private addresses (${place})`,
    `${place} leads to an address of a private network. Whoever runs Tembo allows it by adding "${place}" to TEMBO_EGRESS_PRIVATE_HOSTS.`,
  );
}

/** Answers a request with the refusal, or cuts it when its answer has begun. */
export function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Closed after it: what is left of the request's body is not read.
  response.writeHead(refusal.status, refusal.phrase, { ...bodyHeaders(refusal), connection: "close" });
  response.end(bodyOf(refusal));
}

/** Answers on a connection that no request of Node's stands for: a CONNECT, or what cannot be parsed. */
export function refuseSocket(socket: Socket | Duplex, refusal: Refusal): void {
  const headers = Object.entries({ ...bodyHeaders(refusal), connection: "close" });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${refusal.status} ${refusal.phrase}\r\n${lines}\r\n${bodyOf(refusal)}`, () =>
    socket.destroy(),
  );
}

function bodyHeaders(refusal: Refusal): Record<string, string> {
  return {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(bodyOf(refusal))),
  };
}

function bodyOf(refusal: Refusal): string {
  return `${refusal.message}\n`;
}
