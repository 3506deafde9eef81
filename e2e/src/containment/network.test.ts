import { fileURLToPath } from "node:url";
import type { Conversation } from "./support/conversation.ts";
import { gateway, type Network, openNetwork, startIn } from "./support/network.ts";
import { onCombinations } from "./support/probe.ts";
import { node, perl, type Script, sh } from "./support/script.ts";
import type { StageQuestion } from "./support/stage-process.ts";

interface Place {
  readonly network: Network;
  readonly stage: Conversation;
}

const stageProcess = fileURLToPath(new URL("support/stage-process.ts", import.meta.url));

const act = onCombinations<Place>(
  async (combination) => {
    const network = await openNetwork();
    return {
      network,
      stage: await startIn(network.inside, [process.execPath, stageProcess, JSON.stringify(combination)]),
    };
  },
  async ({ network, stage }) => {
    await stage.close();
    await network.close();
  },
);

const noRoute =
  /ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|Network is unreachable|No route to host|Cannot assign requested address/;

/**
 * Registers a probe that runs the script in the sandbox. By default, the control is a plain sandbox that shares the
 * network of its namespace.
 */
function probe(
  name: string,
  outcomes: {
    readonly script: Script;
    readonly contained: RegExp;
    readonly escaped: RegExp;
    readonly control?: StageQuestion["where"];
  },
): void {
  const { script, control = "withNetwork", ...expected } = outcomes;
  const at = async ({ stage }: Place, where: StageQuestion["where"]) =>
    (await stage.ask({ where, script } satisfies StageQuestion)) as string;
  act(name, {
    ...expected,
    attempt: (place) => at(place, "sandbox"),
    control: (place) => at(place, control),
  });
}

/** Returns a script that connects directly to the address and ignores the environment's proxy settings. */
const fetchFrom = (address: string) =>
  node(`const socket = require("node:net").connect({ host: "${address}", port: 80 });
    socket.on("connect", () => socket.write("GET / HTTP/1.0\\r\\n\\r\\n")).on("data", (chunk) => console.log(String(chunk)))
      .on("error", (error) => console.log(error.code ?? error.message)).setTimeout(5000, () => socket.destroy(new Error("silent")));`);

for (const [sentence, address] of [
  ["a private address in 10.0.0.0/8 cannot be reached", "10.1.2.3"],
  ["a private address in 172.16.0.0/12 cannot be reached", "172.16.5.4"],
  ["a private address in 192.168.0.0/16 cannot be reached", "192.168.1.1"],
  ["a carrier's shared address cannot be reached", "100.64.0.1"],
  ["a link-local address cannot be reached", "169.254.1.1"],
  ["a cloud's metadata service cannot be reached", "169.254.169.254"],
  ["a public address cannot be reached", "93.184.215.14"],
  ["the host's router cannot be reached", gateway.ipv4],
  ["a private IPv6 address cannot be reached", "fd12:3456::1"],
  ["a public IPv6 address cannot be reached", "2606:2800::1"],
  ["the metadata service cannot be reached over IPv6", "fd00:ec2::254"],
  ["an IPv4-mapped IPv6 address cannot be reached", "::ffff:10.1.2.3"],
] as const) {
  probe(sentence, { script: fetchFrom(address), contained: noRoute, escaped: /^the world at/m });
}

probe("a neighbor on the same link cannot be reached by its link-local address", {
  script: fetchFrom(`${gateway.linkLocal}%cable`),
  contained: /EINVAL|ENETUNREACH|ENODEV|EADDRNOTAVAIL|ENOTFOUND/,
  escaped: /^the world at/m,
});

probe("a host name cannot be resolved", {
  script: node(
    'require("node:dns").resolve4("public.example", (error, found) => console.log(error ? error.code : "found " + found))',
  ),
  contained: /^E(CONNREFUSED|NOTFOUND|TIMEOUT|SERVFAIL)/m,
  escaped: /^found 203\.0\.113\.7/m,
  control: "asUser",
});

probe("a DNS query sent directly to a name server gets no response", {
  script: node(`const socket = require("node:dgram").createSocket("udp4");
    const question = Buffer.concat([Buffer.from([7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6]), Buffer.from("public"), Buffer.from([7]), Buffer.from("example"), Buffer.from([0, 0, 1, 0, 1])]);
    socket.on("message", () => { console.log("answered"); socket.close(); }).send(question, 53, "${gateway.ipv4}", (error) => { if (error) { console.log(error.code); socket.close(); } });`),
  contained: noRoute,
  escaped: /^answered/m,
});

probe("a broadcast datagram cannot be sent", {
  script: perl(
    'use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0) or die "$!\\n"; setsockopt($s, SOL_SOCKET, SO_BROADCAST, 1); print send($s, "x", 0, pack_sockaddr_in(9, inet_aton("192.0.2.255"))) ? "sent\\n" : "$!\\n"',
  ),
  contained: noRoute,
  escaped: /^sent/m,
});

probe("a multicast datagram cannot be sent", {
  script: perl(
    'use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0) or die "$!\\n"; print send($s, "x", 0, pack_sockaddr_in(5353, inet_aton("224.0.0.251"))) ? "sent\\n" : "$!\\n"',
  ),
  contained: noRoute,
  escaped: /^sent/m,
});

probe("a raw socket cannot be created", {
  script: perl('use Socket; print socket(my $s, PF_INET, SOCK_RAW, 1) ? "made\\n" : "$!\\n"'),
  contained: /not permitted|Permission denied/,
  escaped: /^made/m,
  control: "asRoot",
});

probe("a packet socket cannot be created", {
  // AF_PACKET, SOCK_RAW, all protocols.
  script: perl('print socket(my $s, 17, 3, unpack("n", pack("S", 3))) ? "made\\n" : "$!\\n"'),
  contained: /not permitted|not supported/,
  escaped: /^made/m,
  control: "asRoot",
});

probe("loopback is the only network device, and there are no routes", {
  script: sh(
    "sed -n 's/^ *\\([a-z0-9]*\\):.*/device \\1/p' /proc/net/dev; sed -n 's/^\\w.*/route/p' /proc/net/route | sed 1d; echo listed",
  ),
  contained: /^device lo\nlisted$/m,
  escaped: /^device cable/m,
});

probe("a network device cannot be configured", {
  // SIOCSIFFLAGS on lo, with its current flags.
  script: perl(
    'use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0) or die "$!\\n"; my $request = pack("a16sx22", "lo", 0x49); print ioctl($s, 0x8914, $request) ? "changed\\n" : "$!\\n"',
  ),
  contained: /not permitted|Inappropriate ioctl/,
  escaped: /^changed/m,
  control: "asRoot",
});
