/**
 * Makes the `after` hooks of a test file wait for its `before` hooks: node --test --import scripts/wait-for-hooks.ts. If
 * no test of the file matches --test-name-pattern, node starts both at once. Then `after` would fail, and what `before`
 * starts would remain.
 */
import { registerHooks } from "node:module";
import { after } from "node:test";
import { beforeHooksEnded } from "./waiting-hooks.ts";

const url = new URL("waiting-hooks.ts", import.meta.url).href;

// The process that starts those of the files has no context.
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "node:test" && context.parentURL !== url
        ? { url, shortCircuit: true }
        : next(specifier, context),
  });
  // Hooks run in the order in which they are registered, so those of the file run after this one.
  after(beforeHooksEnded);
}
