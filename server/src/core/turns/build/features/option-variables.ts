import { AppError } from "../../../base/index.ts";
import type { ParsedFeature } from "../base-files.ts";

/**
 * Returns the environment variables of a feature's options. Options without a value have their default. Throws `invalid_input`
 * if the feature does not allow a value. Pure.
 */
export function optionVariables(
  name: string,
  { options }: Pick<ParsedFeature, "options">,
  chosen: Readonly<Record<string, string>>,
): Record<string, string> {
  const defaults = Object.entries(options).flatMap(([option, { value }]) =>
    value === null ? [] : [[option, value] as const],
  );
  for (const [option, value] of Object.entries(chosen)) {
    const allowed = Object.hasOwn(options, option) ? options[option]!.allowed : null;
    if (allowed !== null && !allowed.includes(value))
      throw new AppError(
        "invalid_input",
        `The feature ${name} does not allow ${JSON.stringify(value)} for the option ${option}, only ${allowed.join(", ")}.`,
      );
  }
  return Object.fromEntries(
    [...defaults, ...Object.entries(chosen)].map(([option, value]) => [variableName(option), value]),
  );
}

/** Converts the name as the specification of dev containers does. */
const variableName = (option: string) =>
  option
    .replaceAll(/\W/g, "_")
    .replace(/^[\d_]+/, "_")
    .toUpperCase();
