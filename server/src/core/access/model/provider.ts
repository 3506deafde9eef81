import type { InferenceProvider } from "@tembo/contract";
import { AppError } from "../../base/index.ts";
import type { ModelFamily } from "../harness/harness-info.ts";

/** A service that answers requests to models, as its plug-in describes it. Its name is the third part of an agent key. */
export interface ModelProvider {
  readonly name: string;
  /** For people: `Google Gemini`. */
  readonly label: string;
  /** Families whose protocol it answers, itself or by a translation in the model gateway. A family's own provider has the family's name. */
  readonly families: readonly ModelFamily[];
  /** True when it serves a model by the protocol of the model's own family only. */
  readonly keepsFamily: boolean;
  /** Name of the provider in the API. Null for a family's own provider, which the API calls by whose key it uses. */
  readonly inferenceProvider: InferenceProvider | null;
  readonly credential: CredentialForm;
  /** True when requests to another address may need no credential, such as those to a local inference service. */
  readonly mayNeedNoCredential: boolean;
  /** Addresses that the operator can change. */
  readonly addresses: Readonly<Record<string, ProviderAddress>>;
}

export interface CredentialForm {
  readonly noun: "API key" | "credentials";
  /** At least one is required. */
  readonly fields: readonly CredentialField[];
  /** Completes and checks the values of all fields together. Throws `invalid_input`. */
  complete?(credential: ProviderCredential): ProviderCredential;
}

export interface CredentialField {
  readonly name: string;
  /** For people: `Access key id`. */
  readonly label: string;
  readonly kind: "secret" | "secretText" | "text";
  readonly isRequired: boolean;
  /** The organization's setting. Null where organizations cannot store one. */
  readonly setting: string | null;
  /** The operator's environment variable. */
  readonly variable: string;
  readonly fallback?: string;
  readonly format?: FieldFormat;
  /** Checks a value before it is stored. Throws `invalid_input`. */
  validate?(value: string): void;
}

export interface FieldFormat {
  readonly pattern: RegExp;
  /** The end of a sentence that begins with the field: `is no region of Amazon's`. */
  readonly fault: string;
  readonly example?: string;
}

export interface ProviderAddress {
  readonly variable: string;
  /** Null where it depends on the credential. */
  readonly fallback: string | null;
}

/** Values by the names of the provider's fields. */
export type ProviderCredential = Readonly<Record<string, string>>;

/** The operator's credential for a provider, and its addresses. */
export interface OperatorProvider {
  readonly credential: ProviderCredential | null;
  readonly addresses: Readonly<Record<string, string | null>>;
}

export type ModelProviders = readonly ModelProvider[];

/** Names of the providers that a harness of a family can use, in the order of registration. */
export const namesFor = (family: ModelFamily, providers: ModelProviders): readonly string[] =>
  providers.filter(({ families }) => families.includes(family)).map(({ name }) => name);

/** Throws `invalid_input` for a name that is not registered. */
export function getModelProvider(providers: ModelProviders, name: string): ModelProvider {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider !== undefined) return provider;
  throw new AppError(
    "invalid_input",
    `The model provider "${name}" is unknown; the known ones are: ${providers.map((one) => one.name).join(", ")}.`,
  );
}

/** Returns whether the operator's configuration lets sessions use the provider: with a credential, or at an address that may need none. */
export function isConfigured(provider: ModelProvider, { credential, addresses }: OperatorProvider): boolean {
  if (credential !== null) return true;
  return (
    provider.mayNeedNoCredential &&
    Object.entries(provider.addresses).some(([name, { fallback }]) => addresses[name] !== fallback)
  );
}
