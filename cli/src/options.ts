import { InvalidArgumentError } from "commander";

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** US dollars, to the millionth. */
export function usd(value: string): number {
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(value)) {
    throw new InvalidArgumentError("It takes US dollars, such as 2.50.");
  }
  return Number(value);
}

export function usdOrNone(value: string): number | "none" {
  return value === "none" ? value : usd(value);
}
