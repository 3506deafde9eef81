import { AppError } from "../../base/index.ts";
import type { CredentialField, ModelProvider, ModelProviders, ProviderCredential } from "./provider.ts";

const requiredFields = ({ credential }: ModelProvider) =>
  credential.fields.filter(({ isRequired }) => isRequired);

/** Settings without which an organization has no credential of its own. Empty for a provider whose credential it cannot store. */
export const settingsNeededFor = (provider: ModelProvider): readonly string[] =>
  requiredFields(provider).flatMap(({ setting }) => setting ?? []);

/** The operator's variables without which the server has no credential. */
export const variablesNeededFor = (provider: ModelProvider): readonly string[] =>
  requiredFields(provider).map(({ variable }) => variable);

/** Returns whether an organization stores every setting that a provider needs. */
export function isOwnProvider(provider: ModelProvider, settings: readonly string[]): boolean {
  const needed = settingsNeededFor(provider);
  return needed.length > 0 && needed.every((name) => settings.includes(name));
}

/** Builds a credential from the values of fields. Null when a required one is missing. Throws `invalid_input`. */
export function composeCredential(
  provider: ModelProvider,
  values: Readonly<Record<string, string>>,
): ProviderCredential | null {
  if (!requiredFields(provider).every(({ name }) => Object.hasOwn(values, name))) return null;
  const { fields, complete } = provider.credential;
  const credential: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.name] ?? field.fallback;
    if (value === undefined) continue;
    requireFormat(field, value);
    credential[field.name] = value;
  }
  return complete?.(credential) ?? credential;
}

/** Checks the value of a provider's setting before it is stored. The error does not repeat it. Throws `invalid_input`. */
export function requireProviderSetting(providers: ModelProviders, name: string, value: string): void {
  const field = providers
    .flatMap(({ credential }) => credential.fields)
    .find(({ setting }) => setting === name);
  if (value === "" || field === undefined) return;
  requireFormat(field, value);
  field.validate?.(value);
}

function requireFormat({ name, setting, format }: CredentialField, value: string): void {
  if (format === undefined || format.pattern.test(value)) return;
  const { fault, example } = format;
  const advice = example === undefined ? "" : `, such as ${example}`;
  throw new AppError("invalid_input", `The field "${setting ?? name}" ${fault}${advice}.`);
}
