import { modelProviders } from "./broker/model/provider/plug-ins.ts";
import { Fault, headerValue, type Parser, webUrl } from "./config-values.ts";
import {
  type CredentialField,
  composeCredential,
  isConfigured,
  type ModelProvider,
  type OperatorProvider,
  type ProviderCredential,
} from "./core/access/index.ts";
import { AppError } from "./core/base/index.ts";

/** The operator's credentials and base URLs, by model provider. */
export type ProvidersConfig = Readonly<Record<string, OperatorProvider>>;

export const providerVariables: readonly string[] = modelProviders.flatMap(({ credential, addresses }) => [
  ...credential.fields.map(({ variable }) => variable),
  ...Object.values(addresses).map(({ variable }) => variable),
]);

type Read = <T>(name: string, fallback: T, parse: Parser<T>) => T;

export function parseProviders(read: Read): ProvidersConfig {
  const entries = modelProviders.map((provider) => {
    const addresses = Object.entries(provider.addresses).map(
      ([name, { variable, fallback }]) => [name, read<string | null>(variable, fallback, webUrl)] as const,
    );
    const config = {
      credential: readCredential(read, provider),
      addresses: Object.freeze(Object.fromEntries(addresses)),
    };
    return [provider.name, Object.freeze(config)] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}

function readCredential(read: Read, provider: ModelProvider): ProviderCredential | null {
  const { fields } = provider.credential;
  const main = fields.find(({ isRequired }) => isRequired)!;
  const others = fields.filter((field) => field !== main);
  const values: Record<string, string> = {};
  for (const field of others) {
    const value = read<string | null>(field.variable, null, parserFor(field));
    if (value !== null) values[field.name] = value;
  }
  return read<ProviderCredential | null>(main.variable, null, (text) => {
    const missing = others.find(({ name, isRequired }) => isRequired && values[name] === undefined);
    if (missing !== undefined) throw new Fault(`requires ${missing.variable}: set both`);
    return compose(provider, { ...values, [main.name]: parserFor(main)(text) });
  });
}

function compose(provider: ModelProvider, values: ProviderCredential): ProviderCredential | null {
  try {
    return Object.freeze(composeCredential(provider, values));
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new Fault(`cannot be used: ${cause.message.replace(/\.$/, "")}`);
  }
}

function parserFor({ kind, format }: CredentialField): Parser<string> {
  if (format === undefined) return kind === "secret" ? headerValue : (text) => text;
  const { pattern, fault, example } = format;
  return (text) => {
    if (pattern.test(text)) return text;
    throw new Fault(example === undefined ? fault : `${fault}: use one such as ${example}`);
  };
}

/**
 * Returns the names of the providers for which the operator configured a credential or a base URL. A service at a base URL may need no
 * credential.
 */
export function operatorProviders(providers: ProvidersConfig): string[] {
  return modelProviders
    .filter((provider) => {
      const config = providers[provider.name];
      return config !== undefined && isConfigured(provider, config);
    })
    .map(({ name }) => name);
}
