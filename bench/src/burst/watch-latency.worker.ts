import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { openApiClient } from "../api/client.ts";
import type { Watch, Watched } from "./watch-latency.ts";

const EVERY_MS = 20;
const SOCKETS = 4;

// Only this thread gets the priority. Otherwise, its own waits for a processor would count as waits for the server.
if (process.getuid?.() === 0) setPriority(constants.priority.PRIORITY_HIGHEST);

const { url, path } = workerData as Watched;
const client = openApiClient(url, "", SOCKETS);
const responses: Promise<number>[] = [];
let dueAt = performance.now();
const timer = setInterval(() => {
  for (; dueAt <= performance.now(); dueAt += EVERY_MS) {
    const response = request(dueAt);
    // A failure is reported when the work has ended.
    response.catch(() => {});
    responses.push(response);
  }
}, EVERY_MS);

parentPort!.once("message", async () => {
  clearInterval(timer);
  parentPort!.postMessage(await collect());
  client.close();
});
parentPort!.postMessage("ready");

async function request(due: number): Promise<number> {
  await client.get(path);
  return performance.now() - due;
}

async function collect(): Promise<Watch> {
  try {
    return { latencies: await Promise.all(responses) };
  } catch (cause) {
    return { failure: (cause as Error).message };
  }
}
