const key = "tembo.density";
const densities = ["comfortable", "compact"] as const;
export type Density = (typeof densities)[number];

/** Returns the density that this browser uses. */
export function readDensity(): Density {
  const stored = localStorage.getItem(key);
  return densities.find((density) => density === stored) ?? "comfortable";
}

/** Applies a density to the page. Stores it for later visits. */
export function setDensity(density: Density): void {
  localStorage.setItem(key, density);
  document.documentElement.dataset.density = density;
}
