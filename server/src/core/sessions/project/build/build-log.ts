import { maxBuildLogBytes } from "@tembo/contract";
import { createMasker, type NamedValue } from "../../../base/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import type { BuildLease } from "./project-build.ts";

/** Log of a running build. Secrets are masked, even if they span several pieces of output. */
export interface BuildLog {
  /** Appends output. Throws `fenced` if the attempt no longer holds the build. */
  append(text: string): Promise<void>;
  /** Appends text at the end that could have been the beginning of a secret. Throws `fenced` as `append` does. */
  flush(): Promise<void>;
}

/** Opens the log of a build for one attempt. `secrets` are the values that its programs can print. */
export function openBuildLog(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  lease: BuildLease,
  secrets: readonly NamedValue[],
): BuildLog {
  const masker = createMasker(secrets).openStream();
  const write = async (text: string) => {
    if (text === "") return;
    await store.transaction(async (tx) => {
      const { bytes } = await tx.projectBuilds.lockLog(lease);
      const kept = fitLog(bytes, text);
      if (kept !== null) await tx.projectBuilds.appendLog(lease.buildId, kept, clock.now());
    });
  };
  return {
    append: (text) => write(masker.push(text)),
    flush: () => write(masker.flush()),
  };
}

/** Last line of a log that is longer than the limit. */
export const truncation = `\n[The log is larger than ${maxBuildLogBytes / 1024} KiB. The rest is omitted.]\n`;

/**
 * Returns the part of `text` that still fits into a log of `bytes` bytes, or null if the log is full. A shortened part
 * ends with a note. Pure.
 */
export function fitLog(bytes: number, text: string, maxBytes: number = maxBuildLogBytes): string | null {
  const free = maxBytes - bytes;
  if (free <= 0) return null;
  const whole = Buffer.from(text);
  if (whole.length <= free) return text;
  // The note exceeds the limit, so that the log counts as full from now on.
  const decoder = new TextDecoder("utf-8");
  return decoder.decode(whole.subarray(0, free), { stream: true }) + truncation;
}
