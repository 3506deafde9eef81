import { execFile, spawn } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Conversation, converse } from "./conversation.ts";

const run = promisify(execFile);
const iproute = "ip";
const prefix = "tembo-probes-";
const worldServer = fileURLToPath(new URL("world-server.ts", import.meta.url));

/** An isolated machine (`inside`) on an isolated network, in which one other machine responds for every address. */
export interface Network {
  /** Name of the namespace in which sandboxes and proxies run. */
  readonly inside: string;
  /** Returns the requests that the world has received since the last call. */
  hits(): Promise<readonly WorldHit[]>;
  /** Returns the argv that runs a program in the namespace. */
  enter(argv: readonly string[]): readonly string[];
  close(): Promise<void>;
}

export interface WorldHit {
  readonly kind: "http" | "dns" | "tls";
  /** The destination address of the connection, or the resolved name. */
  readonly target: string;
}

export const gateway = { ipv4: "192.0.2.1", ipv6: "fd00:7e3b::1", linkLocal: "fe80::7e3b" } as const;
const own = { ipv4: "192.0.2.2/24", ipv6: "fd00:7e3b::2/64" } as const;

/**
 * Creates two network namespaces joined by a pair of virtual interfaces. Neither namespace has another route, so their
 * traffic cannot reach the machine's own network. In the second namespace, called the world, a server responds for
 * every address (through a default route of type "local"): HTTP on ports 80 and 8080, TLS on 443 and DNS on 53. The
 * namespace names contain the ID of this process. First removes the namespaces that this process or dead processes left
 * behind. Requires root and iproute2.
 */
export async function openNetwork(): Promise<Network> {
  await removeLeftovers();
  const inside = `${prefix}${process.pid}-in`;
  const world = `${prefix}${process.pid}-out`;
  await ip("netns", "add", inside);
  await ip("netns", "add", world);
  await ip("-n", inside, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", world);
  for (const [name, addresses] of [
    [inside, [own.ipv4, own.ipv6]],
    [world, [`${gateway.ipv4}/24`, `${gateway.ipv6}/64`, `${gateway.linkLocal}/64`]],
  ] as const) {
    // Otherwise, the kernel checks for duplicate addresses for one second before an address is usable.
    await run(iproute, [
      "netns",
      "exec",
      name,
      "sh",
      "-c",
      "echo 0 > /proc/sys/net/ipv6/conf/cable/accept_dad",
    ]);
    for (const address of addresses)
      await ip("-n", name, "address", "add", address, "dev", "cable", ...nodad(address));
    for (const link of ["lo", "cable"]) await ip("-n", name, "link", "set", link, "up");
  }
  await ip("-n", inside, "route", "add", "default", "via", gateway.ipv4);
  await ip("-n", inside, "-6", "route", "add", "default", "via", gateway.ipv6);
  await ip("-n", world, "route", "add", "local", "default", "dev", "lo", "table", "local");
  // IPv6 does not compare prefixes across tables. In the local table, this route would also match the world's own
  // responses.
  await ip("-n", world, "-6", "route", "add", "local", "default", "dev", "lo", "table", "100");
  await ip("-n", world, "-6", "rule", "add", "iif", "cable", "lookup", "100", "priority", "10");
  await mkdir(join("/etc/netns", inside), { recursive: true });
  await writeFile(
    join("/etc/netns", inside, "resolv.conf"),
    `nameserver ${gateway.ipv4}\noptions timeout:1 attempts:1\n`,
  );

  const enter = (argv: readonly string[]) => [iproute, "netns", "exec", inside, ...argv];
  const answers = await startIn(world, [process.execPath, worldServer]);
  return {
    inside,
    enter,
    hits: async () => (await answers.ask({})) as readonly WorldHit[],
    close: async () => {
      await answers.close();
      await removeNamespaces([inside, world]);
    },
  };
}

/** Starts a program in a network namespace and communicates with it through lines of JSON. */
export function startIn(namespace: string, argv: readonly string[]): Promise<Conversation> {
  return converse(
    spawn(iproute, ["netns", "exec", namespace, ...argv], { stdio: ["pipe", "pipe", "inherit"] }),
  );
}

/** Removes the namespaces that this process or crashed processes left behind. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir("/run/netns").catch(() => []);
  const isLeft = (name: string) => {
    const pid = new RegExp(`^${prefix}(\\d+)-(in|out)$`).exec(name)?.[1];
    return pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)));
  };
  await removeNamespaces(names.filter(isLeft));
}

/** Removes the namespaces. First kills their remaining processes, which would otherwise keep the network alive. */
async function removeNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { stdout } = await run(iproute, ["netns", "pids", name]);
    for (const pid of stdout.split("\n").filter(Boolean)) {
      if (isAlive(Number(pid))) process.kill(Number(pid), "SIGKILL");
    }
    await ip("netns", "delete", name);
    await rm(join("/etc/netns", name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function nodad(address: string): string[] {
  return address.includes(":") ? ["nodad"] : [];
}

async function ip(...args: readonly string[]): Promise<void> {
  await run(iproute, args);
}
