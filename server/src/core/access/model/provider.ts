import type { InferenceProvider } from "@tembo/contract";
import { AppError } from "../../base/index.ts";
import type { ModelFamily } from "../harness/harness-info.ts";

/** A service that runs models, as described by its plug-in. An agent key can name the provider in its optional third part. */
export interface ModelProvider {
  readonly name: string;
  /** Display name, such as `Google Gemini`. */
  readonly label: string;
  /**
   * Families whose protocol the provider accepts, natively or through translation by the model gateway. A family's own
   * provider has the same name as the family.
   */
  readonly families: readonly ModelFamily[];
  /** True if the provider serves a model only through the protocol of the model's own family. */
  readonly keepsFamily: boolean;
  /**
   * Name of the provider in the API, or null for a family's own provider, for which the API reports whose key is used.
   */
  readonly inferenceProvider: InferenceProvider | null;
  readonly credential: CredentialForm;
  /** True if a custom base URL, such as that of a local inference service, may not need a credential. */
  readonly mayNeedNoCredential: boolean;
  /** Base URLs that the operator can change, by name. */
  readonly addresses: Readonly<Record<string, ProviderAddress>>;
}

export interface CredentialForm {
  readonly noun: "API key" | "credentials";
  /** Fields of the credential form. At least one field is required. */
  readonly fields: readonly CredentialField[];
  /** Completes and validates the values of all fields in combination. Throws `invalid_input` if they are not valid. */
  complete?(credential: ProviderCredential): ProviderCredential;
}

export interface CredentialField {
  readonly name: string;
  /** Display name, such as `Access key ID`. */
  readonly label: string;
  readonly kind: "secret" | "secretText" | "text";
  readonly isRequired: boolean;
  /** Name of the organization setting, or null if organizations cannot store this field. */
  readonly setting: string | null;
  /** Name of the operator's environment variable. */
  readonly variable: string;
  readonly fallback?: string;
  readonly format?: FieldFormat;
  /** Validates a value before it is stored. Throws `invalid_input` if the value is not valid. */
  validate?(value: string): void;
}

export interface FieldFormat {
  readonly pattern: RegExp;
  /** Predicate of an error sentence whose subject is the field, such as `is not an AWS region`. */
  readonly fault: string;
  readonly example?: string;
}

export interface ProviderAddress {
  readonly variable: string;
  /** Default base URL, or null if it depends on the credential. */
  readonly fallback: string | null;
}

/** Values by field name. */
export type ProviderCredential = Readonly<Record<string, string>>;

/** The operator's credential for a provider, and the base URLs that the operator configured. */
export interface OperatorProvider {
  readonly credential: ProviderCredential | null;
  readonly addresses: Readonly<Record<string, string | null>>;
}

export type ModelProviders = readonly ModelProvider[];

/** Returns the names of the providers that a harness of this family can use, in order of registration. */
export const namesFor = (family: ModelFamily, providers: ModelProviders): readonly string[] =>
  providers.filter(({ families }) => families.includes(family)).map(({ name }) => name);

/** Returns a registered provider by name. Throws `invalid_input` if it is not registered. */
export function getModelProvider(providers: ModelProviders, name: string): ModelProvider {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider !== undefined) return provider;
  throw new AppError(
    "invalid_input",
    `The model provider "${name}" is unknown. Use one of: ${providers.map((one) => one.name).join(", ")}.`,
  );
}

/**
 * True if the operator's configuration lets sessions use the provider. The configuration must contain a credential, or
 * a custom base URL that may not need one.
 */
export function isConfigured(provider: ModelProvider, { credential, addresses }: OperatorProvider): boolean {
  if (credential !== null) return true;
  return (
    provider.mayNeedNoCredential &&
    Object.entries(provider.addresses).some(([name, { fallback }]) => addresses[name] !== fallback)
  );
}
