import { isHttpRequest } from "./request-line.ts";

/**
 * Classification of a client's first bytes. `more` means that more bytes are needed. `http` means that a server may parse them as an HTTP/1
 * request. `serverName` is null if the client requests no host.
 */
export type FirstBytes =
  | { readonly kind: "more" }
  | { readonly kind: "http" }
  | { readonly kind: "other" }
  | { readonly kind: "tls"; readonly serverName: string | null };

/**
 * Classifies a client's first bytes, and parses the host name that a TLS client requests (RFC 8446 section 4.1.2 and RFC 6066 section 3).
 * Reassembles a ClientHello that is split across records. Input that starts like TLS but contains no ClientHello counts as TLS without a host
 * name, because no TLS server responds to it.
 */
export function readFirstBytes(bytes: Buffer): FirstBytes {
  if (bytes.length === 0) return { kind: "more" };
  if (bytes[0] !== handshakeRecord) return readPlain(bytes);
  const message = joinRecords(bytes);
  if (message.length < 4) return { kind: "more" };
  if (message[0] !== clientHello) return { kind: "tls", serverName: null };
  const end = 4 + message.readUIntBE(1, 3);
  if (message.length < end) return { kind: "more" };
  return { kind: "tls", serverName: findServerName(new Reader(message.subarray(4, end))) };
}

function readPlain(bytes: Buffer): FirstBytes {
  const isHttp = isHttpRequest(bytes);
  if (isHttp === null) return { kind: "more" };
  return { kind: isHttp ? "http" : "other" };
}

const handshakeRecord = 22;
const clientHello = 1;
const serverNameExtension = 0;
const hostNameType = 0;

/** Returns the handshake bytes of all available records. The last record may be incomplete. */
function joinRecords(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length && bytes[at] === handshakeRecord; ) {
    const length = bytes.readUInt16BE(at + 3);
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return Buffer.concat(parts);
}

function findServerName(hello: Reader): string | null {
  hello.take(2 + 32);
  hello.take(hello.number(1));
  hello.take(hello.number(2));
  hello.take(hello.number(1));
  const extensions = new Reader(hello.take(hello.number(2)));
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const body = new Reader(extensions.take(extensions.number(2)));
    if (type !== serverNameExtension) continue;
    const names = new Reader(body.take(body.number(2)));
    if (names.number(1) !== hostNameType) return null;
    return names.take(names.number(2)).toString("latin1");
  }
  return null;
}

/** Reader that returns zeros and empty slices past the end. */
class Reader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return Math.max(0, this.#bytes.length - this.#at);
  }

  number(length: number): number {
    const bytes = this.take(length);
    return bytes.length === length ? bytes.readUIntBE(0, length) : 0;
  }

  take(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }
}
