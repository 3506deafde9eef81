import { z } from "zod";
import { cursorQuery } from "../common.ts";

/** Catalogs of named things are paged by the last name of a page. */
const name = z.string().min(1).max(200);
export const catalogQuery = cursorQuery.extend({ cursor: name.optional() });

export const inferenceProvider = z
  .enum(["TemboManagedInference", "BYOK", "AWSBedrock", "GCPVertexAI", "OpenRouter"])
  .describe(
    "Who answers: the model's own provider with the server's key or the organization's (BYOK), or another.",
  );
export type InferenceProvider = z.infer<typeof inferenceProvider>;

const providerAccess = z.union([
  z.strictObject({ available: z.literal(true), unavailableCode: z.null(), unavailableReason: z.null() }),
  z.strictObject({
    available: z.literal(false),
    unavailableCode: z.enum(["missing_credentials", "unsupported_provider"]),
    unavailableReason: z.string(),
  }),
]);
export type InferenceProviderAccess = z.infer<typeof providerAccess>;

export const model = z.strictObject({
  name: z.string(),
  label: z.string(),
  provider: z.string().describe("Whose model it is."),
  enabled: z.boolean().describe("Whether sessions may name it."),
  available: z.boolean(),
  unavailableReason: z.string().nullable(),
  supportedInferenceProviders: z.array(inferenceProvider).nullable(),
  availableInferenceProviders: z.array(inferenceProvider),
  configuredInferenceProvider: inferenceProvider.nullable(),
  inferenceProvider,
  inferenceProviderAccess: z.strictObject({
    TemboManagedInference: providerAccess,
    BYOK: providerAccess,
    AWSBedrock: providerAccess,
    GCPVertexAI: providerAccess,
    OpenRouter: providerAccess,
  }),
  selectedInferenceProviderAvailable: z.boolean(),
  selectedInferenceProviderUnavailableReason: z.string().nullable(),
  chatgptAvailable: z.boolean(),
  chatgptSupported: z.boolean(),
  workspaceChatgptAvailable: z.boolean(),
  supergrokAvailable: z.boolean(),
  agentInferenceAvailable: z.boolean(),
});
export type Model = z.infer<typeof model>;

export const modelParams = z.object({ modelName: z.string() });

const modelProvider = z.strictObject({
  name: z.string().max(100).describe("The last part of an agent key."),
  label: z.string().max(100),
  inferenceProvider: inferenceProvider
    .nullable()
    .describe("Null for the own provider of a model family, which `TemboManagedInference` and `BYOK` mean."),
  settings: z
    .array(
      z.strictObject({
        name: z.string().max(200),
        label: z.string().max(100),
        kind: z.enum(["secret", "secretText", "text"]).describe("`secretText` has several lines."),
      }),
    )
    .max(20)
    .describe("Organization settings of its credential. Empty where organizations cannot store one."),
});
export type ModelProvider = z.infer<typeof modelProvider>;

export const modelList = z.strictObject({
  items: z.array(model),
  nextCursor: z.string().nullable(),
  modelProviders: z.array(modelProvider).max(100).describe("Facts that the plug-ins of the providers state."),
});
export type ModelList = z.infer<typeof modelList>;

export const modelUpdateBody = z.strictObject({
  enabled: z.boolean().optional(),
  inferenceProvider: inferenceProvider
    .nullable()
    .optional()
    .describe("Who answers where an agent does not say; null takes what its family has."),
});
export type ModelUpdateBody = z.infer<typeof modelUpdateBody>;

const isAvailable = z.strictObject({ status: z.literal("available") });
const isUnavailable = <Code extends string>(code: readonly [Code, ...Code[]]) =>
  z.strictObject({ status: z.literal("unavailable"), code: z.enum(code), reason: z.string() });

const harnessDescriptor = z.strictObject({
  apiKeySetting: z
    .string()
    .max(200)
    .nullable()
    .describe(
      "Organization setting that holds the key of the harness's own service. Null without such a service.",
    ),
  commands: z
    .strictObject({
      folder: z.string().max(200).describe("Path in a repository, with a slash at the end."),
      ending: z.string().max(20),
    })
    .nullable()
    .describe("Place of its commands in a repository. Null for a harness that has none there."),
});

export const runtime = z.strictObject({
  name: z.string(),
  displayName: z.string(),
  defaultModelName: z.string(),
  requiresApiKey: z.boolean(),
  hasApiKey: z
    .boolean()
    .describe(
      "Whether there is a key for a provider of its models, or for its own service where it has one.",
    ),
  harness: harnessDescriptor.describe("Facts that the harness's plug-in states."),
  runCapabilities: z.strictObject({
    modes: z.array(z.enum(["normal", "planning"])),
    speeds: z.array(z.enum(["normal", "fast", "ultrafast"])),
    supportsGoals: z.boolean(),
  }),
  availability: z.union([isAvailable, isUnavailable(["missing_credentials"])]),
  compatibleModels: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      provider: z.string(),
      isDefault: z.boolean().describe("The harness's own choice."),
      isPlatformDefault: z.boolean().describe("The choice of sessions that name no agent."),
      reasoningLevels: z.array(z.string()),
      availability: z.union([isAvailable, isUnavailable(["model_disabled", "missing_credentials"])]),
    }),
  ),
});
export type Runtime = z.infer<typeof runtime>;
export const runtimeList = z.strictObject({ items: z.array(runtime), nextCursor: z.string().nullable() });
export type RuntimeList = z.infer<typeof runtimeList>;
