import { readStored, writeStored } from "../stored.ts";

const key = "density";
const densities = ["comfortable", "compact"] as const;
export type Density = (typeof densities)[number];

const listeners = new Set<() => void>();

/** Returns the density that this browser uses. */
export function readDensity(): Density {
  const stored = readStored(key);
  return densities.find((density) => density === stored) ?? "comfortable";
}

/** Applies a density to the page. */
export function applyDensity(density: Density): void {
  document.documentElement.dataset.density = density;
  for (const listener of listeners) listener();
}

/** Applies a density, and stores it for later visits. */
export function setDensity(density: Density): void {
  writeStored(key, density);
  applyDensity(density);
}

/** Calls the listener after each change. Returns a function that ends this. */
export function onDensity(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
