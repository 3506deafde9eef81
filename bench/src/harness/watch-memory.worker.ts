import { parentPort, workerData } from "node:worker_threads";
import { processIds } from "../support/proc.ts";
import { findProcess, lookAtMemory, startOf } from "./sample-memory.ts";
import { type MemoryPeak, SAMPLE_EVERY_MS } from "./watch-memory.ts";

const { file, below } = workerData as { file: string; below: number };
const known = new Set(processIds());
let harness: number | null = null;
let peak: MemoryPeak | null = null;

const sampling = setInterval(() => {
  harness ??= findProcess(file, known);
  if (harness === null) return;
  const startedAt = peak?.startedAt ?? startOf(harness);
  const look = lookAtMemory(harness, below);
  if (peak === null || look.harnessMb > peak.harnessMb) peak = { startedAt, ...look };
}, SAMPLE_EVERY_MS);

parentPort!.once("message", () => {
  clearInterval(sampling);
  parentPort!.postMessage(peak);
});
parentPort!.postMessage("ready");
