/**
 * Worker that handles the first event of every delivery and hangs in the second one. The test kills it there.
 * Usage: node hang-in-event.ts DATABASE_URL [WORKFLOW_VERSION]
 */
import { openJobWorker } from "./job-worker.ts";

const longAgo = { now: () => new Date("2000-01-01T00:00:00Z") };
const [url, version] = process.argv.slice(2);
const worker = await openJobWorker(
  url!,
  { clock: longAgo },
  version === undefined ? {} : { version: Number(version) },
);
// Returns no integrations, because the test's other worker enqueues the due jobs.
Object.assign(worker.ports.store.integrations, { allEnabled: async () => [] });
let handled = 0;
await worker.start({
  syncIntegration: async () => undefined,
  handleEvent: async () => {
    handled += 1;
    process.stdout.write(`event ${handled}\n`);
    if (handled === 2) await new Promise(() => setInterval(() => undefined, 60_000));
    return { kind: "worked", sentence: "The first worker did it." };
  },
});
process.stdout.write("ready\n");
