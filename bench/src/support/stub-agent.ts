import { makeOwnAgent } from "@tembo/e2e/support";

/** Name of the stub in `POST /session/create`. */
export const STUB = "own:small";

/** Creates a harness without a model, so that what is left of a turn's time and work is the product's own. */
export function makeStubAgent() {
  return makeOwnAgent(`
    const [, ms, file] = /SLEEP=(\\d+) FILE=(\\S+) END/.exec(JSON.stringify(params.prompt));
    say("Working.");
    await wait(Number(ms));
    write(file, process.hrtime.bigint() + "\\n");
    say("Done.");
  `);
}
