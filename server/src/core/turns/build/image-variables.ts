import { AppError } from "../../base/index.ts";

export const maxVariablesLength = 64 * 1024;

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
  requireShort(variables, "The image sets", "Remove some of them from the image.");
  return variables;
}

/** Throws `invalid_input` if variables are longer than 64 KiB together. `subject` and `fix` are parts of its sentences. */
export function requireShort(
  variables: Readonly<Record<string, string>>,
  subject: string,
  fix: string,
): void {
  if (JSON.stringify(variables).length <= maxVariablesLength) return;
  throw new AppError(
    "invalid_input",
    `${subject} variables of more than 64 KiB, which programs cannot receive. ${fix}`,
  );
}
