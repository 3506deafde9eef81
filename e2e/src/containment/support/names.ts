/**
 * DNS zone of the world. For a name with several addresses, each query returns the next address, as in DNS rebinding.
 * Later queries return the last one.
 */
const zone: Readonly<Record<string, readonly string[]>> = {
  "public.example": ["203.0.113.7"],
  "allowed.example": ["93.184.215.14"],
  "front.example": ["93.184.215.15"],
  "private.example": ["10.1.2.3"],
  "metadata.example": ["169.254.169.254"],
  "loopback.example": ["127.0.0.1"],
  "rebinding.example": ["93.184.215.14", "169.254.169.254"],
};
const asked = new Map<string, number>();

const typeA = 1;
const noSuchName = 3;

/**
 * Parses a DNS query and returns its name and the response (RFC 1035, section 4). The response contains an IPv4 address
 * if the zone has one for the name. `answer` is null if the query is malformed.
 */
export function answerName(query: Buffer): { readonly name: string; readonly answer: Buffer | null } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]; length !== undefined && length > 0; length = query[at]) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join(".").toLowerCase();
  if (at + 5 > query.length) return { name, answer: null };
  const question = query.subarray(12, at + 5);
  const addresses = zone[name];
  const address =
    query.readUInt16BE(at + 1) === typeA && addresses !== undefined ? nextOf(name, addresses) : null;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (addresses === undefined ? noSuchName : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address === null ? 0 : 1, 6);
  return {
    name,
    answer: Buffer.concat([header, question, ...(address === null ? [] : [recordOf(address)])]),
  };
}

function nextOf(name: string, addresses: readonly string[]): string {
  const count = asked.get(name) ?? 0;
  asked.set(name, count + 1);
  return addresses[Math.min(count, addresses.length - 1)]!;
}

/** Encodes an A record: a pointer to the question's name, class IN, TTL 0. */
function recordOf(address: string): Buffer {
  return Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
}
