import {
  type AwsCredential,
  describeMissing,
  type GoogleCredential,
  type ModelFamily,
  type ModelProvider,
  type ProviderCredential,
  providerUrls,
} from "../../../core/access/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { ProviderMeans, Upstream } from "../upstream.ts";
import { connectBedrock } from "./bedrock.ts";
import { connectFamily, type KeyedProvider } from "./keyed.ts";
import { connectOpenRouter } from "./openrouter.ts";
import { connectVertex } from "./vertex.ts";

/** Where the providers are, and the operator's credentials. One that is left out has no credential of the operator's. */
export interface Providers extends Readonly<Record<ModelFamily, KeyedProvider>> {
  readonly openrouter?: KeyedProvider;
  readonly bedrock?: { readonly credential: AwsCredential | null; readonly baseUrl: string | null };
  readonly vertex?: {
    readonly credential: GoogleCredential | null;
    readonly baseUrl: string | null;
    readonly tokenUrl: string;
  };
}

/** With the organization's credential, or for null the operator's. Throws `invalid_input` when the provider needs one and there is none. */
export function connectProvider(
  { family, provider }: { readonly family: ModelFamily; readonly provider: ModelProvider },
  own: ProviderCredential | null,
  providers: Providers,
  means: ProviderMeans,
): Upstream {
  const ownKey = own?.kind === "key" ? own.apiKey : null;
  switch (provider) {
    case "openrouter": {
      const { openrouter = { apiKey: null, baseUrl: "https://openrouter.ai/api" } } = providers;
      const apiKey = ownKey ?? openrouter.apiKey;
      if (apiKey === null) throw missing(provider);
      return connectOpenRouter(family, { ...openrouter, apiKey }, means);
    }
    case "bedrock": {
      const credential = own?.kind === "aws" ? own : (providers.bedrock?.credential ?? null);
      if (credential === null) throw missing(provider);
      return connectBedrock({ credential, baseUrl: providers.bedrock?.baseUrl ?? null }, means);
    }
    case "vertex": {
      const credential = own?.kind === "google" ? own : (providers.vertex?.credential ?? null);
      if (credential === null) throw missing(provider);
      const { baseUrl = null, tokenUrl = "https://oauth2.googleapis.com/token" } = providers.vertex ?? {};
      return connectVertex(family, { credential, baseUrl, tokenUrl }, means);
    }
    default:
      return connectFamily(
        family,
        { ...providers[family], apiKey: ownKey ?? providers[family].apiKey },
        means,
      );
  }
}

/** Throws `invalid_input` where a family's own provider would be asked with the operator's key, and there is none. */
export function requireOperatorKey(provider: ModelProvider, providers: Providers): void {
  if (provider !== "anthropic" && provider !== "openai" && provider !== "gemini") return;
  const { apiKey, baseUrl } = providers[provider];
  if (apiKey === null && baseUrl === providerUrls[provider]) throw missing(provider);
}

const missing = (provider: ModelProvider) => new AppError("invalid_input", describeMissing(provider));
