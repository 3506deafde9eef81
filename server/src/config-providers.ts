import { Fault, headerValue, type Parser, webUrl } from "./config-values.ts";
import {
  type AwsCredential,
  composeGoogle,
  defaultRegion,
  type GoogleCredential,
  isLocation,
  isProject,
  isRegion,
  type ModelProvider,
  providerUrls,
} from "./core/access/index.ts";
import { AppError } from "./core/base/index.ts";

/** The model providers of the operator. */
export interface ProvidersConfig {
  readonly anthropic: ProviderConfig;
  readonly openai: ProviderConfig;
  readonly gemini: ProviderConfig;
  readonly openrouter: ProviderConfig;
  readonly bedrock: {
    readonly credential: AwsCredential | null;
    /** null = the endpoint of the credential's region. */
    readonly baseUrl: string | null;
  };
  readonly vertex: {
    readonly credential: GoogleCredential | null;
    /** null = the endpoint of the credential's location. */
    readonly baseUrl: string | null;
    /** Where service accounts get their tokens, whatever their own files say. */
    readonly tokenUrl: string;
  };
}

export interface ProviderConfig {
  readonly apiKey: string | null;
  /** Without a trailing slash. */
  readonly baseUrl: string;
}

export const providerVariables = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "GEMINI_API_KEY",
  "GEMINI_BASE_URL",
  "OPENROUTER_API_KEY",
  "OPENROUTER_BASE_URL",
  "AWS_BEDROCK_ACCESS_KEY_ID",
  "AWS_BEDROCK_SECRET_ACCESS_KEY",
  "AWS_BEDROCK_REGION",
  "AWS_BEDROCK_BASE_URL",
  "GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON",
  "GCP_VERTEX_AI_PROJECT",
  "GCP_VERTEX_AI_LOCATION",
  "GCP_VERTEX_AI_BASE_URL",
  "GCP_VERTEX_AI_TOKEN_URL",
] as const;
type ProviderVariable = (typeof providerVariables)[number];

type Read = <T>(name: ProviderVariable, fallback: T, parse: Parser<T>) => T;

export function parseProviders(read: Read): ProvidersConfig {
  const byKey = (name: "ANTHROPIC" | "OPENAI" | "GEMINI" | "OPENROUTER", baseUrl: string): ProviderConfig =>
    Object.freeze({
      apiKey: read(`${name}_API_KEY`, null, headerValue),
      baseUrl: read(`${name}_BASE_URL`, baseUrl, webUrl),
    });
  return Object.freeze({
    anthropic: byKey("ANTHROPIC", providerUrls.anthropic),
    openai: byKey("OPENAI", providerUrls.openai),
    gemini: byKey("GEMINI", providerUrls.gemini),
    openrouter: byKey("OPENROUTER", "https://openrouter.ai/api"),
    bedrock: Object.freeze({
      credential: awsCredential(read),
      baseUrl: read<string | null>("AWS_BEDROCK_BASE_URL", null, webUrl),
    }),
    vertex: Object.freeze({
      credential: googleCredential(read),
      baseUrl: read<string | null>("GCP_VERTEX_AI_BASE_URL", null, webUrl),
      tokenUrl: read("GCP_VERTEX_AI_TOKEN_URL", "https://oauth2.googleapis.com/token", webUrl),
    }),
  });
}

function awsCredential(read: Read): AwsCredential | null {
  const secretAccessKey = read<string | null>("AWS_BEDROCK_SECRET_ACCESS_KEY", null, headerValue);
  const region = read("AWS_BEDROCK_REGION", defaultRegion, (text) => {
    if (isRegion(text)) return text;
    throw new Fault("is no region of Amazon's: give one such as us-east-1");
  });
  return read<AwsCredential | null>("AWS_BEDROCK_ACCESS_KEY_ID", null, (text) => {
    if (secretAccessKey === null) throw new Fault("is set without AWS_BEDROCK_SECRET_ACCESS_KEY: give both");
    return Object.freeze({ kind: "aws", accessKeyId: headerValue(text), secretAccessKey, region });
  });
}

function googleCredential(read: Read): GoogleCredential | null {
  const matching = (isGood: (text: string) => boolean, what: string) => (text: string) => {
    if (isGood(text)) return text;
    throw new Fault(what);
  };
  const project = read<string | null>(
    "GCP_VERTEX_AI_PROJECT",
    null,
    matching(isProject, "is no id of a Google Cloud project"),
  );
  const location = read<string | null>(
    "GCP_VERTEX_AI_LOCATION",
    null,
    matching(isLocation, "is no location of Google's: give one such as global or us-east5"),
  );
  return read<GoogleCredential | null>("GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON", null, (text) => {
    try {
      return Object.freeze(composeGoogle({ serviceAccountJson: text, project, location }));
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      throw new Fault(`cannot be used: ${cause.message.replace(/\.$/, "")}`);
    }
  });
}

/** Those that the operator gave a credential, or an address of their own, which may need none. */
export function operatorProviders(providers: ProvidersConfig): ModelProvider[] {
  const families = (["anthropic", "openai", "gemini"] as const).filter(
    (family) => providers[family].apiKey !== null || providers[family].baseUrl !== providerUrls[family],
  );
  return [
    ...families,
    ...(providers.openrouter.apiKey === null ? [] : (["openrouter"] as const)),
    ...(["bedrock", "vertex"] as const).filter((name) => providers[name].credential !== null),
  ];
}
