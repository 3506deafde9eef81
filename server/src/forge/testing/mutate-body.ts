import type { Random } from "./random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Length of the longest value that a mutation adds. `mutateOnce` also derives its limit for the complete body from it. */
const maxAddedLength = 100_000;
const maxDepth = 2_000;

/** Mutates a body: usually one to four times as JSON, otherwise once as bytes. */
export function mutateBody(body: Buffer, random: Random): Buffer {
  if (random.below(8) === 0) return mutateBytes(body, random);
  let value: Json;
  try {
    value = JSON.parse(body.toString("utf8")) as Json;
  } catch {
    // The body is a form, or is already invalid.
    return mutateBytes(body, random);
  }
  for (let changes = 1 + random.below(4); changes > 0; changes--) value = mutateOnce(value, random);
  return Buffer.from(JSON.stringify(value));
}

function mutateOnce(root: Json, random: Random): Json {
  const places = placesIn(root);
  if (places.length === 0) return strangeValue(random);
  const { parent, key } = random.pick(places);
  switch (random.below(6)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      break;
    case 1:
      set(parent, key, nest(get(parent, key), random));
      break;
    case 2: {
      const other = random.pick(places);
      set(parent, key, structuredClone(get(other.parent, other.key)));
      break;
    }
    case 3:
      set(parent, Array.isArray(parent) ? key : random.pick(strangeKeys), strangeValue(random));
      break;
    default:
      set(parent, key, strangeValue(random));
  }
  // Replaces a value that has become too large, because a mutation can copy a large part into itself repeatedly.
  return JSON.stringify(root).length > maxAddedLength * 10 ? strangeValue(random) : root;
}

interface Place {
  readonly parent: Json[] | { [key: string]: Json };
  readonly key: string;
}

const get = (parent: Place["parent"], key: string): Json => (parent as { [key: string]: Json })[key]!;

/** Assigns a value as JSON.parse does, where `__proto__` is an ordinary key. */
function set(parent: Place["parent"], key: string, value: Json): void {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Returns all places in a value. Uses an explicit stack, because deep nesting would overflow the call stack. */
function placesIn(root: Json): Place[] {
  const places: Place[] = [];
  const open: Json[] = [root];
  while (open.length > 0 && places.length < 20_000) {
    const parent = open.pop();
    if (typeof parent !== "object" || parent === null) continue;
    for (const key of Object.keys(parent)) {
      places.push({ parent, key });
      open.push(get(parent, key));
    }
  }
  return places;
}

function nest(value: Json, random: Random): Json {
  let nested = value;
  for (let depth = random.pick([1, 2, 50, maxDepth]); depth > 0; depth--) {
    nested = depth % 2 === 0 ? [nested] : { nested };
  }
  return nested;
}

const strangeKeys = ["", "__proto__", "constructor", "toString", "length", "0", "\u0000", "action"];

const strangeValues: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => "",
  () => "\u0000",
  () => "\ud800",
  () => "9".repeat(40),
  () => "x".repeat(maxAddedLength),
  () => "2026-13-45T99:99:99Z",
  () => "0000-00-00",
  () => "+275760-09-13T00:00:00.001Z",
  () => "http://[",
  () => "javascript:alert(1)",
  () => "../../etc/passwd",
  () => "refs/heads/",
  () => [],
  () => [null],
  () => Array.from({ length: 1_000 }, () => ({})),
  () => ({}),
  () => ({ toString: null, valueOf: 1 }),
];

const strangeValue = (random: Random): Json => random.pick(strangeValues)();

function mutateBytes(body: Buffer, random: Random): Buffer {
  const copy = Buffer.from(body);
  switch (random.below(4)) {
    case 0:
      return copy.subarray(0, random.below(copy.length + 1));
    case 1:
      if (copy.length > 0) copy[random.below(copy.length)] = random.below(256);
      return copy;
    case 2:
      return Buffer.concat([copy, Buffer.alloc(1 + random.below(64), random.below(256))]);
    default: {
      const from = random.below(copy.length + 1);
      return Buffer.concat([copy.subarray(0, from), copy.subarray(from + random.below(64))]);
    }
  }
}
