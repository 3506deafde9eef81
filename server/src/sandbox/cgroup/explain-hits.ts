import type { SandboxLimits } from "../../core/turns/index.ts";

/** Returns a message that names the reached limit and explains what to change, or null if no limit was reached. */
export function explainHits(
  hits: { readonly memory: number; readonly processes: number },
  limits: Pick<SandboxLimits, "memoryBytes" | "processes">,
): string | null {
  const sentences: string[] = [];
  if (hits.memory > 0) {
    const size = `${Math.round(limits.memoryBytes / 1024 ** 2)} MiB`;
    sentences.push(
      `The sandbox reached its memory limit of ${size}, and the kernel killed a program in it. Choose a larger sandbox size.`,
    );
  }
  if (hits.processes > 0) {
    sentences.push(
      `The sandbox reached its limit of ${limits.processes} processes. Set TEMBO_SANDBOX_MAX_PROCESSES to a larger number.`,
    );
  }
  return sentences.length === 0 ? null : sentences.join(" ");
}
