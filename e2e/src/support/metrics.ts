import assert from "node:assert/strict";

/** Samples of one scrape, such as `tembo_turns{state="running",harness="claudeCode"}`, with their values. */
export type Samples = ReadonlyMap<string, number>;

/** Reads /metrics as Prometheus does. */
export async function scrape(address: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`http://${address}/metrics`, { headers });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, sample = "", value] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    // The lag of an event loop that was measured just before has no mean.
    if (value?.toLowerCase() === "nan") continue;
    assert.ok(sample !== "" && !Number.isNaN(Number(value)), `not a sample: ${line}`);
    samples.set(sample, Number(value));
  }
  return samples;
}

/** Returns the sum of the samples of a name whose labels contain all of these labels. */
export function sumOf(samples: Samples, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const parts = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  let sum = 0;
  for (const [sample, value] of samples)
    if (sample.split("{", 1)[0] === name && parts.every((part) => sample.includes(part))) sum += value;
  return sum;
}
