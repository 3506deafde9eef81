/**
 * Returns true if a server may parse a client's first bytes as an HTTP/1 request, even a server that is more lenient than RFC 9112 section 3.
 * Also returns true for a PROXY protocol header, which precedes a request. Returns false for other bytes, or null if more bytes are needed.
 */
export function isHttpRequest(bytes: Buffer): boolean | null {
  const text = bytes.toString("latin1");
  if (text.startsWith(proxyProtocol2)) return true;
  // RFC 9112 section 2.2: servers ignore empty lines before a request.
  const trimmed = text.replace(/^\s+/, "");
  if (trimmed === "") return null;
  const end = trimmed.indexOf("\n");
  const line = end === -1 ? trimmed : trimmed.slice(0, end);
  const [, word = "", space = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]*)(.?)/s.exec(line) ?? [];
  if (space === "") return end === -1 ? null : false;
  if (!/\s/.test(space)) return false;
  // The version may be missing, because some servers use the Host header even then.
  if (wordsOfHttp.includes(word) || /http\/\d/i.test(line)) return true;
  return end !== -1 || line.includes("\u0000") ? false : null;
}

const wordsOfHttp: readonly string[] = ["GET", "HEAD", "POST", "PRI", "PROXY"];
const proxyProtocol2 = "\r\n\r\n\u0000\r\nQUIT\n";
