export type Unit = "s" | "ms" | "µs" | "per s" | "MB" | "kB" | "statements" | "programs";

const counted: readonly Unit[] = ["statements", "programs"];

/**
 * Limit of the product's value, relative to the floor: `factor` times the floor plus `plus`, or the absolute value
 * `orPlus` if that is larger.
 */
export interface Goal {
  readonly bound: "at most" | "at least";
  /** Factor by which the floor is multiplied. Without a factor, the goal is absolute. */
  readonly factor?: number;
  readonly plus?: number;
  readonly orPlus?: number;
}

/** Value of another product for the same work, in the same run and on the same machine. */
export interface Peer {
  /** Name and version of the product. */
  readonly name: string;
  readonly value: number;
}

/** A measured value, with its floor from the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly product: number;
  /** Value for the same work without the product, or null if there is no floor. */
  readonly floor: number | null;
  readonly peer?: Peer;
  readonly goal: Goal | null;
  /** Number of measurements of the product's value. */
  readonly runs: number;
}

/** The figures of a bench, with notes and the raw measurements. */
export interface Report {
  readonly figures: readonly Figure[];
  /** Notes for the table's readers, such as a breakdown of the time. */
  readonly notes: readonly string[];
  /** The single measurements, or a sample of them, for the results file. */
  readonly measurements: Readonly<Record<string, readonly number[]>>;
}

export function ratioOf({ product, floor }: Figure): number | null {
  return floor === null || floor === 0 ? null : product / floor;
}

/** Returns the goal as a number in the figure's unit, or null if the figure has no goal. */
export function boundOf({ goal, floor }: Figure): number | null {
  if (goal === null) return null;
  return Math.max((goal.factor ?? 0) * (floor ?? 0) + (goal.plus ?? 0), goal.orPlus ?? 0);
}

/** Returns true if the figure meets its goal, or null if it has no goal. */
export function isMet(figure: Figure): boolean | null {
  const bound = boundOf(figure);
  if (figure.goal === null || bound === null) return null;
  return figure.goal.bound === "at most" ? figure.product <= bound : figure.product >= bound;
}

export function describeGoal(figure: Figure): string {
  const { goal, unit } = figure;
  if (goal === null) return "-";
  const sign = goal.bound === "at most" ? "<=" : ">=";
  const terms: string[] = [];
  if (goal.factor !== undefined) terms.push(`${goal.factor.toFixed(2)} x`);
  if (goal.plus !== undefined) terms.push(`${goal.plus} ${unit}`);
  const or = goal.orPlus === undefined ? "" : ` or ${goal.orPlus} ${unit}`;
  const bound = goal.factor === undefined ? "" : ` = ${formatValue(boundOf(figure)!, unit)}`;
  return `${sign} ${terms.join(" + ")}${or}${bound}`;
}

export function formatValue(value: number, unit: Unit): string {
  if (counted.includes(unit)) return `${value.toFixed(0)} ${value === 1 ? unit.slice(0, -1) : unit}`;
  const digits = unit === "s" ? 2 : value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}
