import { AppError } from "../../base/index.ts";
import type { CredentialField, ModelProvider, ModelProviders, ProviderCredential } from "./provider.ts";

const requiredFields = ({ credential }: ModelProvider) =>
  credential.fields.filter(({ isRequired }) => isRequired);

/**
 * Returns the settings that an organization needs for its own credential. Empty if organizations cannot store a
 * credential for this provider.
 */
export const settingsNeededFor = (provider: ModelProvider): readonly string[] =>
  requiredFields(provider).flatMap(({ setting }) => setting ?? []);

/** Returns the environment variables that the operator must set for a server-wide credential. */
export const variablesNeededFor = (provider: ModelProvider): readonly string[] =>
  requiredFields(provider).map(({ variable }) => variable);

/** True if the organization has stored every setting that the provider needs. */
export function isOwnProvider(provider: ModelProvider, settings: readonly string[]): boolean {
  const needed = settingsNeededFor(provider);
  return needed.length > 0 && needed.every((name) => settings.includes(name));
}

/**
 * Builds a credential from field values. Returns null if a required field is missing. Throws `invalid_input` if a value
 * does not have its field's format.
 */
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

/**
 * Validates the value of a provider's setting before it is stored. Throws `invalid_input` if the value is not valid.
 * The error does not contain the value.
 */
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
  const advice = example === undefined ? "" : ` Use a value such as ${example}.`;
  throw new AppError("invalid_input", `The value of "${setting ?? name}" ${fault}.${advice}`);
}
