export type Unit = "s" | "ms" | "µs" | "per s" | "MB" | "kB";

/** What a product's value may be, given its floor's: `factor` times the floor, plus `plus`; or `orPlus`, where that is larger. */
export interface Goal {
  readonly bound: "at most" | "at least";
  /** Of the floor; absent: the goal is absolute. */
  readonly factor?: number;
  readonly plus?: number;
  readonly orPlus?: number;
}

/** One thing that was measured, beside its floor in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly product: number;
  /** The least that is possible: the same work without the product. Null where there is none. */
  readonly floor: number | null;
  readonly goal: Goal | null;
  /** How many measurements stand behind the product's value. */
  readonly runs: number;
}

/** The figures of one bench, and what they are made of. */
export interface Report {
  readonly figures: readonly Figure[];
  /** Where the time goes, or what else a reader of the table should see. */
  readonly notes: readonly string[];
  /** Every single measurement, for the file of results. */
  readonly measurements: Readonly<Record<string, readonly number[]>>;
}

export function ratioOf({ product, floor }: Figure): number | null {
  return floor === null || floor === 0 ? null : product / floor;
}

/** The goal as a number in the figure's unit, or null when there is none. */
export function boundOf({ goal, floor }: Figure): number | null {
  if (goal === null) return null;
  return Math.max((goal.factor ?? 0) * (floor ?? 0) + (goal.plus ?? 0), goal.orPlus ?? 0);
}

/** Null when the figure has no goal. */
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
  const digits = unit === "s" ? 2 : value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}
