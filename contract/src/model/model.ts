import { z } from "zod";
import { cursorQuery } from "../common.ts";

/** Cursor of a catalog with unique names: the last name of the previous page. */
const name = z.string().min(1).max(200);
export const catalogQuery = cursorQuery.extend({ cursor: name.optional() });

export const inferenceProvider = z
  .enum(["TemboManagedInference", "BYOK", "AWSBedrock", "GCPVertexAI", "OpenRouter"])
  .describe(
    "Who serves the model: its own provider with the server's API key or the organization's (`BYOK`), or another provider.",
  );
export type InferenceProvider = z.infer<typeof inferenceProvider>;

export const inferenceProviderAccess = z.union([
  z.strictObject({ available: z.literal(true), unavailableCode: z.null(), unavailableReason: z.null() }),
  z.strictObject({
    available: z.literal(false),
    unavailableCode: z.enum(["missing_credentials", "unsupported_provider"]),
    unavailableReason: z.string(),
  }),
]);
export type InferenceProviderAccess = z.infer<typeof inferenceProviderAccess>;

export const model = z.strictObject({
  name: z.string(),
  label: z.string(),
  provider: z.string().describe("Vendor of the model."),
  enabled: z.boolean().describe("True if sessions may use the model."),
  available: z.boolean(),
  unavailableReason: z.string().nullable(),
  supportedInferenceProviders: z.array(inferenceProvider).nullable(),
  availableInferenceProviders: z.array(inferenceProvider),
  configuredInferenceProvider: inferenceProvider.nullable(),
  inferenceProvider,
  inferenceProviderAccess: z.strictObject({
    TemboManagedInference: inferenceProviderAccess,
    BYOK: inferenceProviderAccess,
    AWSBedrock: inferenceProviderAccess,
    GCPVertexAI: inferenceProviderAccess,
    OpenRouter: inferenceProviderAccess,
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

export const modelProvider = z.strictObject({
  name: z.string().max(100).describe("The last part of an agent key, `harness:model:provider`."),
  label: z.string().max(100),
  inferenceProvider: inferenceProvider
    .nullable()
    .describe("Null for a model family's own provider, to which `TemboManagedInference` and `BYOK` refer."),
  settings: z
    .array(
      z.strictObject({
        name: z.string().max(200),
        label: z.string().max(100),
        kind: z.enum(["secret", "secretText", "text"]).describe("`secretText` can have several lines."),
      }),
    )
    .max(20)
    .describe("Organization settings that hold the credential. Empty if organizations cannot store one."),
  credential: z
    .enum(["organization", "server"])
    .nullable()
    .describe("Whose credential sessions use, or null if there is none."),
});
export type ModelProvider = z.infer<typeof modelProvider>;

export const modelProviderParams = z.object({ modelProvider: z.string().min(1).max(100) });

export const modelProviderTest = z.strictObject({
  modelName: z.string().describe("Model that responded."),
  durationMs: z.int().nonnegative().describe("Time until the response began."),
});
export type ModelProviderTest = z.infer<typeof modelProviderTest>;

export const modelList = z.strictObject({
  items: z.array(model),
  nextCursor: z.string().nullable(),
  modelProviders: z.array(modelProvider).max(100).describe("Facts from the plug-ins of the providers."),
});
export type ModelList = z.infer<typeof modelList>;

export const modelUpdateBody = z.strictObject({
  enabled: z.boolean().optional(),
  inferenceProvider: inferenceProvider
    .nullable()
    .optional()
    .describe("Provider for agents that do not name one. Null restores the default of the model family."),
});
export type ModelUpdateBody = z.infer<typeof modelUpdateBody>;

const isAvailable = z.strictObject({ status: z.literal("available") });
const isUnavailable = <Code extends string>(code: readonly [Code, ...Code[]]) =>
  z.strictObject({ status: z.literal("unavailable"), code: z.enum(code), reason: z.string() });

export const harnessDescriptor = z.strictObject({
  apiKeySetting: z
    .string()
    .max(200)
    .nullable()
    .describe(
      "Organization setting that holds the API key of the harness's own service. Null if it has none.",
    ),
  commands: z
    .strictObject({
      folder: z.string().max(200).describe("Path in a repository, with a trailing slash."),
      ending: z.string().max(20),
    })
    .nullable()
    .describe("Location of the harness's commands in a repository. Null if it has none there."),
});

export const runtime = z.strictObject({
  name: z.string(),
  displayName: z.string(),
  defaultModelName: z.string(),
  requiresApiKey: z.boolean(),
  hasApiKey: z
    .boolean()
    .describe(
      "True if an API key exists for a provider of the harness's models, or for its own service if it has one.",
    ),
  harness: harnessDescriptor.describe("Facts from the harness's plug-in."),
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
      isDefault: z.boolean().describe("True for the harness's default model."),
      isPlatformDefault: z.boolean().describe("True for the model of sessions that do not name an agent."),
      reasoningLevels: z.array(z.string()),
      availability: z.union([isAvailable, isUnavailable(["model_disabled", "missing_credentials"])]),
    }),
  ),
});
export type Runtime = z.infer<typeof runtime>;
export const runtimeList = z.strictObject({ items: z.array(runtime), nextCursor: z.string().nullable() });
export type RuntimeList = z.infer<typeof runtimeList>;
