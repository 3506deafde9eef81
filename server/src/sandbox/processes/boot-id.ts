import { readFileSync } from "node:fs";

let boot: string | undefined;

/**
 * Returns an ID of the current boot, of 8 hexadecimal digits. Start times are relative to the boot, so the same start
 * time can identify another process after a reboot.
 */
export function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8);
  return boot;
}
