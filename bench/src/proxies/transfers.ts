import type { ForwardName } from "../../../server/src/core/turns/index.ts";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import type { Job } from "./client.ts";

const MB = 1e6;
const GBIT_BYTES = 125 * MB;

/** Paths by which bytes travel from the server to the client. */
export const ways = ["direct", "forwarder", "proxy", "whole"] as const;
export type Way = (typeof ways)[number];

export interface Transfer {
  readonly name: string;
  /** Part of each measurement's name. */
  readonly key: string;
  readonly bytes: number;
  /** Job for each path, or null if the client cannot use the path. */
  readonly jobs: Readonly<Record<Way, Job | null>>;
}

export interface Places {
  readonly port: number;
  /** Sockets of the proxies outside the sandbox. */
  readonly proxies: Readonly<Record<ForwardName, string>>;
  /** Size of a clone in bytes. */
  readonly packBytes: number;
  /** Folder into which a client outside the sandbox may clone. */
  readonly cloneFolder: string;
}

/** Returns all transfers, each with its job for every path. */
export function listTransfers(places: Places): Transfer[] {
  return [
    tunnel(places, { name: "tunnel (CONNECT)", key: "tunnel", bytes: 512 * MB, bytesPerS: 0 }),
    tunnel(places, { name: "tunnel at 1 Gbit/s", key: "tunnel1G", bytes: 100 * MB, bytesPerS: GBIT_BYTES }),
    tunnel(places, {
      name: "tunnel at 2.5 Gbit/s",
      key: "tunnel2G5",
      bytes: 200 * MB,
      bytesPerS: 2.5 * GBIT_BYTES,
    }),
    plain(places),
    model(places),
    gitClone(places),
  ];
}

/**
 * Returns the address inside a sandbox at which init accepts connections. In the sandbox without proxies, the forwarder
 * connects the `egress` port directly to the server.
 */
const insideAt = (proxy: ForwardName) => ({ host: "127.0.0.1", port: inside.ports[proxy] });

function tunnel(
  { port, proxies }: Places,
  options: {
    readonly name: string;
    readonly key: string;
    readonly bytes: number;
    readonly bytesPerS: number;
  },
): Transfer {
  const { name, key, bytes, bytesPerS } = options;
  const request = `GET /bytes?count=${bytes}&bytesPerS=${bytesPerS} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`;
  const connectLine = `CONNECT localhost:${port} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;
  const job = { kind: "http", connectLine: null, request, bytes } as const;
  return {
    name,
    key,
    bytes,
    jobs: {
      direct: { ...job, to: { host: "127.0.0.1", port } },
      forwarder: { ...job, to: insideAt("egress") },
      proxy: { ...job, connectLine, to: { path: proxies.egress } },
      whole: { ...job, connectLine, to: insideAt("egress") },
    },
  };
}

function plain({ port, proxies }: Places): Transfer {
  const bytes = 256 * MB;
  const ask = (target: string) =>
    `GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`;
  const path = `/bytes?count=${bytes}`;
  const job = { kind: "http", connectLine: null, request: ask(path), bytes } as const;
  const asked = { ...job, request: ask(`http://localhost:${port}${path}`) };
  return {
    name: "plain HTTP download",
    key: "plain",
    bytes,
    jobs: {
      direct: { ...job, to: { host: "127.0.0.1", port } },
      forwarder: { ...job, to: insideAt("egress") },
      proxy: { ...asked, to: { path: proxies.egress } },
      whole: { ...asked, to: insideAt("egress") },
    },
  };
}

function model({ port, proxies }: Places): Transfer {
  const events = 400_000;
  // Minimum total size of the events.
  const bytes = events * 100;
  const body = JSON.stringify({
    model: "claude-opus-4-5",
    stream: true,
    max_tokens: events,
    messages: [{ role: "user", content: "Go on." }],
  });
  const request = `POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const job = { kind: "http", connectLine: null, request, bytes } as const;
  return {
    name: "model gateway, streamed answer",
    key: "model",
    bytes,
    jobs: {
      direct: { ...job, to: { host: "127.0.0.1", port } },
      forwarder: { ...job, to: insideAt("egress") },
      proxy: { ...job, to: { path: proxies.model } },
      whole: { ...job, to: insideAt("model") },
    },
  };
}

function gitClone({ port, packBytes, cloneFolder }: Places): Transfer {
  const into = `${inside.workspacePath}/clone`;
  return {
    name: "git clone",
    key: "git",
    bytes: packBytes,
    jobs: {
      direct: { kind: "git", url: `http://127.0.0.1:${port}/app.git`, into: cloneFolder },
      forwarder: { kind: "git", url: `http://127.0.0.1:${inside.ports.egress}/app.git`, into },
      // git does not support Unix sockets.
      proxy: null,
      whole: { kind: "git", url: `http://127.0.0.1:${inside.ports.git}/1`, into },
    },
  };
}
