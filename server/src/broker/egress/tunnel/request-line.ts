/**
 * Tells whether a server may take what a client says first for a request of HTTP/1, also one that reads more leniently
 * than RFC 9112 section 3 wants it. Null when more bytes must tell. What stands before a request by the PROXY protocol
 * counts as one.
 */
export function isHttpRequest(bytes: Buffer): boolean | null {
  const text = bytes.toString("latin1");
  if (text.startsWith(proxyProtocol2)) return true;
  // RFC 9112 section 2.2: empty lines before a request are passed over.
  const said = text.replace(/^\s+/, "");
  if (said === "") return null;
  const end = said.indexOf("\n");
  const line = end === -1 ? said : said.slice(0, end);
  const [, word = "", space = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]*)(.?)/s.exec(line) ?? [];
  if (space === "") return end === -1 ? null : false;
  if (!/\s/.test(space)) return false;
  // The version may be missing: some servers read a Host header all the same.
  if (wordsOfHttp.includes(word) || /http\/\d/i.test(line)) return true;
  return end !== -1 || line.includes("\u0000") ? false : null;
}

const wordsOfHttp: readonly string[] = ["GET", "HEAD", "POST", "PRI", "PROXY"];
const proxyProtocol2 = "\r\n\r\n\u0000\r\nQUIT\n";
