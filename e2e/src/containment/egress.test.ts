import { fileURLToPath } from "node:url";
import type { Conversation } from "./support/conversation.ts";
import type { EgressQuestion } from "./support/egress-stage-process.ts";
import { type Network, openNetwork, startIn } from "./support/network.ts";
import { onPlace } from "./support/probe.ts";
import { node, type Script } from "./support/script.ts";

interface Place {
  readonly network: Network;
  readonly stage: Conversation;
}

const stageProcess = fileURLToPath(new URL("support/egress-stage-process.ts", import.meta.url));

const act = onPlace<Place>(
  async () => {
    const network = await openNetwork();
    const place = { network, stage: await startIn(network.inside, [process.execPath, stageProcess]) };
    const allowed = await at(place, "listed", sendEach("GET http://allowed.example/ HTTP/1.0\r\n\r\n"));
    if (!/the world at 93\.184\.215\.14/.test(allowed))
      throw new Error(`The egress proxy does not reach an allowed host: ${allowed}`);
    return place;
  },
  async ({ network, stage }) => {
    await stage.close();
    await network.close();
  },
);

async function at({ stage }: Place, where: EgressQuestion["where"], script: Script): Promise<string> {
  return (await stage.ask({ where, script } satisfies EgressQuestion)) as string;
}

/**
 * Returns a script that sends the messages to the proxy and prints all responses. The script sends each message after
 * the response to the previous one.
 */
function sendEach(...messages: readonly string[]): Script {
  return node(`const messages = ${JSON.stringify(messages)};
    const socket = require("node:net").connect(3128, "127.0.0.1", () => socket.write(messages.shift(), "latin1"));
    socket.on("data", (chunk) => { process.stdout.write(chunk); if (messages.length) socket.write(messages.shift(), "latin1"); });
    socket.on("error", (error) => console.log(error.code)).on("close", () => console.log("closed")).setTimeout(1500, () => socket.destroy());`);
}

/**
 * Registers a probe. Its script runs under a policy that allows one host ("listed") or every public host ("open"). The
 * control uses a proxy without a policy.
 */
function probe(
  name: string,
  {
    script,
    escaped,
    where = "listed",
    contained = refused,
  }: {
    readonly script: Script;
    readonly escaped: RegExp;
    readonly where?: "listed" | "open";
    readonly contained?: RegExp;
  },
): void {
  act(name, {
    contained,
    escaped,
    attempt: (place) => at(place, where, script),
    control: (place) => at(place, "plainProxy", script),
  });
}

const refused = /HTTP\/1\.1 (400|403|405|502)/;
const request = "GET / HTTP/1.0\r\n\r\n";

probe("a host that is not allowed is rejected", {
  script: sendEach("GET http://public.example/ HTTP/1.0\r\n\r\n"),
  escaped: /the world at/,
});

probe("a tunnel to a host that is not allowed is rejected", {
  script: sendEach("CONNECT public.example:80 HTTP/1.1\r\nHost: public.example:80\r\n\r\n", request),
  escaped: /the world at/,
});

probe("the IP address of an allowed host is rejected", {
  script: sendEach("CONNECT 93.184.215.14:80 HTTP/1.1\r\n\r\n", request),
  escaped: /the world at/,
});

probe("another port of an allowed host is rejected", {
  script: sendEach("CONNECT allowed.example:8080 HTTP/1.1\r\n\r\n", request),
  escaped: /the world at/,
});

probe("an allowed host in a URL's user info does not allow the actual host", {
  script: sendEach("GET http://allowed.example@public.example/ HTTP/1.0\r\n\r\n"),
  escaped: /the world at/,
});

for (const [sentence, host] of [
  ["a private address in 10.0.0.0/8 is rejected under every policy", "10.1.2.3"],
  ["a private address in 172.16.0.0/12 is rejected under every policy", "172.16.5.4"],
  ["a private address in 192.168.0.0/16 is rejected under every policy", "192.168.1.1"],
  ["the metadata service is rejected under every policy", "169.254.169.254"],
  ["a carrier's shared address is rejected under every policy", "100.64.0.1"],
  ["a private IPv6 address is rejected under every policy", "[fd12:3456::1]"],
  ["an IPv4-mapped IPv6 address is rejected under every policy", "[::ffff:10.1.2.3]"],
  ["the host's loopback address is rejected under every policy", "127.0.0.1"],
  ["the host's IPv6 loopback address is rejected under every policy", "[::1]"],
  ["0.0.0.0 is rejected under every policy", "0.0.0.0"],
  ["an address written as a single number is rejected under every policy", "2852039166"],
  ["an address written in hexadecimal is rejected under every policy", "0xa9.0xfe.0xa9.0xfe"],
  ["an address with an omitted part is rejected under every policy", "127.1"],
  ["a name that resolves to a private address is rejected under every policy", "private.example"],
  ["a name that resolves to the metadata service is rejected under every policy", "metadata.example"],
  ["a name that resolves to the host's loopback address is rejected under every policy", "loopback.example"],
] as const) {
  probe(sentence, {
    where: "open",
    script: sendEach(`CONNECT ${host}:80 HTTP/1.1\r\n\r\n`, request),
    escaped: /the world at/,
  });
}

probe("a name that resolves to the metadata service on the second lookup is rejected", {
  where: "open",
  script:
    node(`const ask = (left) => { const socket = require("node:net").connect(3128, "127.0.0.1", () => socket.write("GET http://rebinding.example/ HTTP/1.0\\r\\n\\r\\n"));
    socket.on("data", (chunk) => process.stdout.write(chunk)).on("error", () => {}).on("close", () => left && ask(left - 1)).setTimeout(1500, () => socket.destroy()); }; ask(2);`),
  escaped: /the world at 169\.254\.169\.254/,
});

probe("a Host header cannot redirect a request to a host other than that of its URL", {
  script: sendEach(
    "GET http://allowed.example/ HTTP/1.1\r\nHost: front.example\r\nConnection: close\r\n\r\n",
  ),
  contained: /for allowed\.example|HTTP\/1\.1 400/,
  escaped: /for front\.example/,
});

probe("a tunnel to an allowed host cannot carry a request for another host", {
  script: sendEach(
    "CONNECT allowed.example:80 HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: front.example\r\nConnection: close\r\n\r\n",
  ),
  contained: /for allowed\.example|HTTP\/1\.1 40|closed/,
  escaped: /for front\.example/,
});

/** Returns a script that sends a TLS ClientHello for this name, captured from a real client. */
const helloFor = (name: string) =>
  node(`const net = require("node:net"), tls = require("node:tls");
    const trap = net.createServer((caught) => caught.on("error", () => {}).once("data", (hello) => { caught.destroy(); trap.close(); readHello(hello); })).listen(0, "127.0.0.1", () =>
      tls.connect({ host: "127.0.0.1", port: trap.address().port, servername: "${name}" }).on("error", () => {}));
    function readHello(hello) { let isFirst = true;
      const socket = net.connect(3128, "127.0.0.1", () => socket.write("CONNECT allowed.example:443 HTTP/1.1\\r\\n\\r\\n"));
      socket.on("data", (chunk) => { process.stdout.write(chunk); if (isFirst) socket.write(hello); isFirst = false; });
      socket.on("error", (error) => console.log(error.code)).on("close", () => console.log("closed")).setTimeout(3000, () => socket.destroy()); }`);

probe("a tunnel to an allowed host cannot carry TLS for another host", {
  script: helloFor("front.example"),
  contained: /closed|ECONNRESET/,
  escaped: /heard of front\.example/,
});

// SOCKS5 (RFC 1928): a greeting without a password, then CONNECT by name. SOCKS4a: the name follows an invalid IP
// address.
for (const [version, messages] of [
  ["5", ["\u0005\u0001\u0000", "\u0005\u0001\u0000\u0003\u000epublic.example\u0000\u0050"]],
  ["4", ["\u0004\u0001\u0000\u0050\u0000\u0000\u0000\u0001\u0000public.example\u0000"]],
] as const) {
  probe(`the egress proxy does not accept SOCKS ${version}`, {
    where: "open",
    script: sendEach(...messages, request),
    escaped: /the world at/,
  });
}

probe("a request pipelined after an allowed request is checked separately", {
  script: sendEach(
    "GET http://allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\nGET http://public.example/ HTTP/1.1\r\nHost: public.example\r\n\r\n",
  ),
  contained: /the world at 93\.184\.215\.14/,
  escaped: /the world at 203\.0\.113\.7/,
});

probe("a request smuggled in the body of an allowed request is not sent", {
  script: sendEach(
    "POST http://allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://public.example/ HTTP/1.1\r\nHost: public.example\r\n\r\n",
  ),
  escaped: /the world at 203\.0\.113\.7/,
});

act("a rejected name is not resolved, so that DNS queries leak no data", {
  attempt: (place) => lookUpStolen(place, "listed"),
  contained: /HTTP\/1\.1 403/,
  escaped: /asked for stolen/,
  control: (place) => lookUpStolen(place, "plainProxy"),
});

async function lookUpStolen(place: Place, where: EgressQuestion["where"]): Promise<string> {
  await place.network.hits();
  const response = await at(place, where, sendEach("GET http://stolen.public.example/ HTTP/1.0\r\n\r\n"));
  const names = (await place.network.hits())
    .filter(({ kind }) => kind === "dns")
    .map(({ target }) => `asked for ${target}`);
  return [response, ...names].join("\n");
}
