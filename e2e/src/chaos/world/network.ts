import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const ip = (...argv: readonly string[]) => run("ip", argv);

/** Address of everything that is on no machine: PostgreSQL, the blob store, the forge, the model and the load balancer. */
export const center = "10.77.0.1";

export interface Cable {
  /** Address of the machine. */
  readonly address: string;
  /** Name of the machine's network namespace. */
  readonly namespace: string;
  /** Neither side receives anything until `join` is called, and neither side is notified. */
  cut(): Promise<void>;
  join(): Promise<void>;
}

/** Prepares the network of this process's own namespace. */
export async function openNetwork(): Promise<void> {
  await mkdir("/run/netns", { recursive: true });
  // Otherwise, the names of the namespaces would remain on the machine.
  await run("mount", ["-t", "tmpfs", "tmpfs", "/run/netns"]);
  await ip("link", "set", "lo", "up");
  await ip("address", "add", `${center}/32`, "dev", "lo");
}

/** Creates a network namespace that a virtual cable joins to this process's namespace. */
export async function layCable(number: number): Promise<Cable> {
  const namespace = `machine${number}`;
  const link = `m${number}`;
  // Each cable has a network with four addresses.
  const [near, address] = [1, 2].map((last) => `10.78.${number >> 6}.${((number & 63) << 2) + last}`);
  await ip("netns", "add", namespace);
  await ip("link", "add", link, "type", "veth", "peer", "name", "cable", "netns", namespace);
  await ip("address", "add", `${near}/30`, "dev", link);
  await ip("link", "set", link, "up");
  await ip("-n", namespace, "address", "add", `${address}/30`, "dev", "cable");
  for (const name of ["lo", "cable"]) await ip("-n", namespace, "link", "set", name, "up");
  const join = async () => {
    await ip("-n", namespace, "link", "set", "cable", "up");
    await ip("-n", namespace, "route", "replace", "default", "via", near!);
  };
  await join();
  return {
    address: address!,
    namespace,
    cut: async () => void (await ip("-n", namespace, "link", "set", "cable", "down")),
    join,
  };
}
