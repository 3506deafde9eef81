/** Yields copies of the value. In each copy, one part is omitted or replaced with one of several unusual values. */
export function* mutations(value: unknown): Generator<unknown> {
  for (const path of pathsOf(value)) {
    for (const odd of oddities) yield replaced(value, path, odd);
  }
}

const absent = Symbol("absent");
const oddities: readonly unknown[] = [
  absent,
  null,
  true,
  -1,
  1e300,
  "",
  "constructor",
  "0001-01-01T00:00:00Z",
  "9999-99-99T99:99:99Z",
  "http://[",
  "🐘\u0000",
  [],
  [null],
  {},
  { id: {} },
];

function* pathsOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* pathsOf(inner, [...path, key]);
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by === absent ? undefined : by;
  const copy = structuredClone(value) as Record<string, unknown>;
  if (rest.length === 0 && by === absent) delete copy[key];
  else copy[key] = replaced(copy[key], rest, by);
  return copy;
}
