/** Replaces the module node:test in the test files. */
import * as nodeTest from "node:test";

export { after, afterEach, beforeEach, default, describe, it, mock, test } from "node:test";

const running: Promise<unknown>[] = [];

export const before: typeof nodeTest.before = (hook, options) =>
  nodeTest.before((...args) => {
    const ended = (async () => Reflect.apply(hook!, undefined, args))();
    running.push(ended);
    return ended;
  }, options);

/** Resolves when all hooks have ended that have started. */
export const beforeHooksEnded = async () => void (await Promise.allSettled(running));
