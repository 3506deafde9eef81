import { performance } from "node:perf_hooks";

/** Measures the time of each step. */
export class Stopwatch {
  readonly #laps: { readonly what: string; readonly seconds: number }[] = [];
  #since = performance.now();

  lap(what: string): void {
    const now = performance.now();
    this.#laps.push({ what, seconds: (now - this.#since) / 1000 });
    this.#since = now;
  }

  print(): void {
    process.stdout.write("\nTime of each step:\n");
    for (const { what, seconds } of this.#laps) {
      process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${what}\n`);
    }
  }
}
