import type { TestContext } from "node:test";

type End = () => unknown;

const endsOf = new WeakMap<TestContext, End[]>();

/**
 * Registers a cleanup like `t.after`, but runs cleanups in reverse order. node:test runs cleanups in order, and would therefore remove a
 * folder while another resource still writes to it.
 */
export function afterwards(t: TestContext, end: End): void {
  const known = endsOf.get(t);
  if (known !== undefined) {
    known.push(end);
    return;
  }
  const ends = [end];
  endsOf.set(t, ends);
  t.after(async () => {
    const failures: unknown[] = [];
    for (const next of ends.reverse()) {
      try {
        await next();
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "The test's cleanup failed.");
  });
}
