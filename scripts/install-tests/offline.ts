import { readFileSync } from "node:fs";

/** True in the run of `npm run test:install:offline`, whose network namespace has only a loopback interface. */
export const isOffline = process.env.TEMBO_INSTALL_OFFLINE === "1";

/** Sentence that ends the error about a package that no cache of this machine has. */
export const howToFill =
  'Fill the caches with a network: run "npm run test:install" and "npm run test:image -- --file images/tembo".';

/** Throws in an offline run whose network namespace has another interface. */
export function requireNoNetwork(): void {
  const others = isOffline ? otherInterfaces() : [];
  if (others.length > 0)
    throw new Error(
      `The offline run has the network interfaces ${others.join(", ")} besides lo. Start it with "npm run test:install:offline".`,
    );
}

/** Returns the interfaces of this process's network namespace, without the loopback interface. /sys can show those of another one. */
function otherInterfaces(): string[] {
  const [, , ...lines] = readFileSync("/proc/self/net/dev", "utf8").trimEnd().split("\n");
  return lines.map((line) => line.slice(0, line.indexOf(":")).trim()).filter((name) => name !== "lo");
}
