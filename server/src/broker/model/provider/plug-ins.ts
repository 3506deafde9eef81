import type { ModelProviders } from "../../../core/access/index.ts";
import { anthropic } from "./anthropic/plug-in.ts";
import { bedrock } from "./bedrock/plug-in.ts";
import { gemini } from "./gemini/plug-in.ts";
import { openai } from "./openai/plug-in.ts";
import { openrouter } from "./openrouter/plug-in.ts";
import type { ModelProviderPlugIn } from "./plug-in.ts";
import { vertex } from "./vertex/plug-in.ts";

/** Model providers, in the order in which clients list them. A harness that can use several of them prefers the first. */
export const modelProviderPlugIns: readonly ModelProviderPlugIn[] = [
  anthropic,
  openai,
  gemini,
  openrouter,
  bedrock,
  vertex,
];

export const modelProviders: ModelProviders = modelProviderPlugIns.map(({ descriptor }) => descriptor);
