import { CommandError } from "../failure.ts";
import type { Machine } from "./machine.ts";

/** Throws `CommandError` if the machine does not run Linux. `what` is the part of Tembo that requires it. */
export function requireLinux({ platform }: Pick<Machine, "platform">, what: string): void {
  if (platform === "linux") return;
  const name = { darwin: "macOS", win32: "Windows" }[platform as string] ?? platform;
  throw new CommandError(
    `${what} requires Linux, and this machine runs ${name}.`,
    'run it on a Linux machine. Commands such as "tembo session create" also work here, with the server\'s --url.',
  );
}
