import { AppError } from "../../base/index.ts";
import type { ModelProvider } from "./provider.ts";
import { readServiceAccount } from "./service-account.ts";

/** What lets in at a provider. */
export type ProviderCredential =
  | { readonly kind: "key"; readonly apiKey: string }
  | AwsCredential
  | GoogleCredential;

export interface AwsCredential {
  readonly kind: "aws";
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface GoogleCredential {
  readonly kind: "google";
  readonly serviceAccountJson: string;
  readonly project: string;
  readonly location: string;
}

/** Where nothing else is said: the oldest region of Amazon's, and Google's endpoint of no region. */
export const defaultRegion = "us-east-1";
export const defaultLocation = "global";

/** The organization's settings without which a provider is not its own. */
const needed: Readonly<Record<ModelProvider, readonly string[]>> = {
  anthropic: ["anthropicApiKey"],
  openai: ["openaiApiKey"],
  gemini: [],
  openrouter: ["openrouterApiKey"],
  bedrock: ["awsBedrockAccessKeyId", "awsBedrockSecretAccessKey"],
  vertex: ["gcpVertexAiServiceAccountJson"],
};
const alsoUsed: Readonly<Partial<Record<ModelProvider, readonly string[]>>> = {
  bedrock: ["awsBedrockRegion"],
  vertex: ["gcpVertexAiProject", "gcpVertexAiLocation"],
};

/** Empty for a provider whose credential an organization cannot keep. */
export const settingsNeededFor = (provider: ModelProvider) => needed[provider];
export const settingsUsedFor = (provider: ModelProvider) => [
  ...needed[provider],
  ...(alsoUsed[provider] ?? []),
];

/** Whether what an organization keeps, by the names of its settings, is all that a provider needs. */
export function isOwnProvider(provider: ModelProvider, names: readonly string[]): boolean {
  return needed[provider].length > 0 && needed[provider].every((name) => names.includes(name));
}

/** Of the values of an organization's settings; null when one that is needed is missing. Throws `invalid_input`. */
export function composeCredential(
  provider: ModelProvider,
  values: Readonly<Record<string, string>>,
): ProviderCredential | null {
  if (!isOwnProvider(provider, Object.keys(values))) return null;
  if (provider === "bedrock") {
    requireProviderSetting("awsBedrockRegion", values.awsBedrockRegion ?? defaultRegion);
    return {
      kind: "aws",
      accessKeyId: values.awsBedrockAccessKeyId!,
      secretAccessKey: values.awsBedrockSecretAccessKey!,
      region: values.awsBedrockRegion ?? defaultRegion,
    };
  }
  if (provider === "vertex") {
    return composeGoogle({
      serviceAccountJson: values.gcpVertexAiServiceAccountJson!,
      project: values.gcpVertexAiProject ?? null,
      location: values.gcpVertexAiLocation ?? null,
    });
  }
  return { kind: "key", apiKey: values[needed[provider][0]!]! };
}

/** The project is the service account's own where none is given. Throws `invalid_input`. */
export function composeGoogle(given: {
  readonly serviceAccountJson: string;
  readonly project: string | null;
  readonly location: string | null;
}): GoogleCredential {
  const { projectId } = readServiceAccount(given.serviceAccountJson);
  const project = given.project ?? projectId;
  if (project === null || !isProject(project)) {
    throw new AppError(
      "invalid_input",
      "The service account of Vertex AI names no project; give the project's id beside it.",
    );
  }
  const { serviceAccountJson, location } = given;
  requireProviderSetting("gcpVertexAiLocation", location ?? defaultLocation);
  return { kind: "google", serviceAccountJson, project, location: location ?? defaultLocation };
}

/** Both become a part of a host's name, so neither may hold anything that ends it. */
export const isRegion = (text: string) => /^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/.test(text);
export const isLocation = (text: string) => /^[a-z]+(-[a-z]+\d{1,2})?$/.test(text);
/** A part of a path. */
export const isProject = (text: string) => /^[a-z][a-z0-9:.-]{3,99}$/.test(text);

const checks: Readonly<Record<string, readonly [(text: string) => boolean, string]>> = {
  awsBedrockRegion: [isRegion, "is no region of Amazon's, such as us-east-1"],
  gcpVertexAiLocation: [isLocation, "is no location of Google's, such as global or us-east5"],
  gcpVertexAiProject: [isProject, "is no id of a Google Cloud project"],
  gcpVertexAiServiceAccountJson: [
    (text) => {
      readServiceAccount(text);
      return true;
    },
    "",
  ],
};

/** What a setting of a provider holds, when it is to be kept. The value is not repeated. Throws `invalid_input`. */
export function requireProviderSetting(name: string, value: string): void {
  const check = Object.hasOwn(checks, name) ? checks[name]! : null;
  if (value === "" || check === null || check[0](value)) return;
  throw new AppError("invalid_input", `The field "${name}" ${check[1]}.`);
}
