import type { TestContext } from "node:test";

type End = () => unknown;

const endsOf = new WeakMap<TestContext, End[]>();

/** As `t.after`, but what was begun last ends first: node:test goes from first to last, and would remove a folder under what still writes there. */
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
    if (failures.length > 0) throw new AggregateError(failures, "What the test began could not be ended.");
  });
}
