import { AppError } from "../../base/index.ts";

const maxVariablesLength = 64 * 1024;

/**
 * Returns an image's variables by name. Ignores texts that are not variables. Throws `invalid_input` if they are longer
 * than 64 KiB together. Pure.
 */
export function variablesOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.flatMap((text) => {
    const [, name, value] = /^([A-Za-z_]\w*)=([^\0]*)$/s.exec(text) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const variables = Object.fromEntries(pairs);
  if (JSON.stringify(variables).length <= maxVariablesLength) return variables;
  throw new AppError(
    "invalid_input",
    "The image sets variables of more than 64 KiB, which programs cannot receive. Remove some of them from the image.",
  );
}
