import { parseAddress } from "./ip-address.ts";

/**
 * True for an address on the public internet. False for addresses in the special-purpose ranges of the IANA registries
 * (RFC 6890 and its successors) and for addresses of cloud platforms' own services. Also false for text that is not an
 * address. An IPv4-mapped or NAT64 address counts as the IPv4 address that it embeds.
 */
export function isPublicAddress(address: string): boolean {
  return classify(address) === "public";
}

/**
 * True if a name that the operator has listed as private may resolve to this address: public, private and loopback
 * addresses. False for link-local addresses, other addresses of cloud platforms' own services, reserved addresses and
 * text that is not an address.
 */
export function isPermittedPrivateAddress(address: string): boolean {
  return classify(address) !== "never";
}

type AddressKind = "public" | "private" | "never";

function classify(address: string): AddressKind {
  const bytes = parseAddress(address);
  if (bytes === null) return "never";
  return bytes.length === 4 ? classifyIpv4(bytes) : classifyIpv6(bytes);
}

function classifyIpv4(bytes: readonly number[]): AddressKind {
  if (neverIpv4.some((range) => contains(range, bytes))) return "never";
  return privateIpv4.some((range) => contains(range, bytes)) ? "private" : "public";
}

function classifyIpv6(bytes: readonly number[]): AddressKind {
  // Such an address reaches the same host as the IPv4 address that it embeds.
  if ([ipv4Mapped, nat64].some((range) => contains(range, bytes))) return classifyIpv4(bytes.slice(12));
  if (neverIpv6.some((range) => contains(range, bytes))) return "never";
  if (privateIpv6.some((range) => contains(range, bytes))) return "private";
  return contains(globalUnicast, bytes) ? "public" : "never";
}

interface Range {
  readonly bytes: readonly number[];
  readonly bits: number;
}

function contains({ bytes, bits }: Range, address: readonly number[]): boolean {
  return bytes.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - kept)) & 0xff;
    return (byte & mask) === (address[index]! & mask);
  });
}

function range(text: string): Range {
  const [address = "", bits = ""] = text.split("/");
  return { bytes: parseAddress(address)!, bits: Number(bits) };
}

const neverIpv4 = [
  "0.0.0.0/8", // "this network"; 0.0.0.0 is the local host
  "169.254.0.0/16", // link-local; metadata of most clouds, credentials of containers
  "168.63.129.16/32", // Azure's platform service, at an address that looks public
  "100.100.100.200/32", // metadata of Alibaba Cloud
  "192.0.0.0/24", // protocol assignments; metadata of Oracle Cloud
  "192.0.2.0/24", // documentation
  "198.51.100.0/24",
  "203.0.113.0/24",
  "192.88.99.0/24", // 6to4 relays
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved and broadcast
].map(range);

const privateIpv4 = [
  "10.0.0.0/8",
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "198.18.0.0/15", // benchmarking
].map(range);

const ipv4Mapped = range("::ffff:0:0/96");
const nat64 = range("64:ff9b::/96");
const globalUnicast = range("2000::/3");

const neverIpv6 = [
  "fd00:ec2::/32", // metadata and credentials of AWS
  "fd20:ce::254/128", // metadata of Google Cloud
  "fd00:c1::a9fe:a9fe/128", // metadata of Oracle Cloud
  "fd00:42::42/128", // metadata of Scaleway
  "2001::/23", // protocol assignments, including Teredo
  "2001:db8::/32", // documentation
  "3fff::/20",
  "2002::/16", // 6to4; embeds an IPv4 address
].map(range);

const privateIpv6 = ["::1/128", "fc00::/7"].map(range);
