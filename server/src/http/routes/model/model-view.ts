import {
  type InferenceProvider,
  type InferenceProviderAccess,
  inferenceProvider,
  type ModelProvider as ModelProviderView,
  type Model as ModelView,
  type Runtime as RuntimeView,
} from "@tembo/contract";
import {
  type AgentKey,
  canReach,
  chooseRoute,
  describeMissing,
  describeMissingKey,
  describeMissingOwn,
  getModelProvider,
  type HarnessInfo,
  type HarnessService,
  hasServiceKey,
  type KeptNames,
  type Model,
  type ModelChoice,
  type ModelProvider,
  type ModelProviders,
  models,
  type ProviderAccess,
  routesTo,
  servingRoutes,
  settingsNeededFor,
} from "../../../core/access/index.ts";

/** Data that determines which providers can serve a model. */
export interface Answerers {
  readonly access: ProviderAccess;
  readonly providers: ModelProviders;
}

export function modelView(model: Model, choice: ModelChoice, answerers: Answerers): ModelView {
  const accessTo = (name: InferenceProvider) => inferenceAccess(model, name, answerers);
  const inferenceProviders = inferenceProvider.options;
  const usable = inferenceProviders.filter((name) => accessTo(name).available);
  // Ignores a provider that is no longer registered, as `chooseRoute` does.
  const chosen = answerers.providers.find(({ name }) => name === choice.provider);
  const configured = chosen === undefined ? null : inferenceName(chosen.name, answerers);
  const usual =
    model.family ?? answerers.providers.find(({ name }) => Object.hasOwn(model.names, name))?.name;
  const selected = configured ?? inferenceName(usual ?? "", answerers);
  const { available: isSelectedUsable, unavailableReason } = accessTo(selected);
  const available = choice.isEnabled && isSelectedUsable;
  return {
    name: model.name,
    label: model.displayName,
    provider: model.maker,
    enabled: choice.isEnabled,
    available,
    unavailableReason: choice.isEnabled ? unavailableReason : "The model is disabled in this organization.",
    supportedInferenceProviders: inferenceProviders.filter(
      (name) => accessTo(name).unavailableCode !== "unsupported_provider",
    ),
    availableInferenceProviders: usable,
    configuredInferenceProvider: configured,
    inferenceProvider: selected,
    inferenceProviderAccess: Object.fromEntries(
      inferenceProviders.map((name) => [name, accessTo(name)]),
    ) as Readonly<Record<InferenceProvider, InferenceProviderAccess>>,
    selectedInferenceProviderAvailable: isSelectedUsable,
    selectedInferenceProviderUnavailableReason: unavailableReason,
    chatgptAvailable: false,
    chatgptSupported: false,
    workspaceChatgptAvailable: false,
    supergrokAvailable: false,
    agentInferenceAvailable: available,
  };
}

export function inferenceAccess(
  model: Model,
  name: InferenceProvider,
  { access, providers }: Answerers,
): InferenceProviderAccess {
  const provider = providerOf(model, name, providers);
  if (provider === null) {
    const unavailableReason = `${name} does not serve ${model.displayName}.`;
    return { available: false, unavailableCode: "unsupported_provider", unavailableReason };
  }
  const isGood =
    name === "BYOK"
      ? access.own.has(provider.name)
      : name === "TemboManagedInference"
        ? access.operator.has(provider.name)
        : canReach(access, provider.name);
  if (isGood) return { available: true, unavailableCode: null, unavailableReason: null };
  return {
    available: false,
    unavailableCode: "missing_credentials",
    unavailableReason: name === "BYOK" ? describeMissingOwn(provider) : describeMissing(provider),
  };
}

/** Returns the provider, or null if it does not serve the model. For BYOK, also returns null if no setting can contain the provider's key. */
export function providerOf(
  model: Model,
  name: InferenceProvider,
  providers: ModelProviders,
): ModelProvider | null {
  if (name === "TemboManagedInference" || name === "BYOK") {
    const own = providers.find((provider) => provider.name === model.family) ?? null;
    return name === "BYOK" && own !== null && settingsNeededFor(own).length === 0 ? null : own;
  }
  const provider = providers.find(({ inferenceProvider }) => inferenceProvider === name);
  return provider !== undefined && Object.hasOwn(model.names, provider.name) ? provider : null;
}

/** Returns the name of the inference provider. An organization's own key takes precedence over the operator's key. */
function inferenceName(name: string, { access, providers }: Answerers): InferenceProvider {
  const named = providers.find((provider) => provider.name === name)?.inferenceProvider;
  return named ?? (access.own.has(name) ? "BYOK" : "TemboManagedInference");
}

export const modelProviderView = (
  { name, label, inferenceProvider, credential }: ModelProvider,
  { own, operator }: ProviderAccess,
): ModelProviderView => ({
  name,
  label,
  inferenceProvider,
  settings: credential.fields.flatMap(({ setting, label, kind }) =>
    setting === null ? [] : [{ name: setting, label, kind }],
  ),
  credential: own.has(name) ? "organization" : operator.has(name) ? "server" : null,
});

export interface RuntimeSurroundings extends Answerers {
  readonly choices: readonly ModelChoice[];
  readonly kept: KeptNames;
  /** Default agent for sessions that do not select one, or null if it is not valid, for example because its harness no longer exists. */
  readonly defaultAgent: AgentKey | null;
}

export function runtimeView(harness: HarnessInfo, surroundings: RuntimeSurroundings): RuntimeView {
  const { name, displayName, defaultModel, capabilities } = harness;
  const { hasApiKey, compatibleModels, missing } =
    harness.service === undefined
      ? modelsOfProviders(harness, surroundings)
      : modelsOfService(harness, harness.service, surroundings);
  return {
    name,
    displayName,
    defaultModelName: defaultModel,
    requiresApiKey: true,
    harness: {
      apiKeySetting: harness.service?.keySetting ?? null,
      commands: harness.repositoryFiles?.commands ?? null,
    },
    hasApiKey,
    runCapabilities: {
      modes: ["normal", "planning"],
      speeds: [...new Set(["normal" as const, ...capabilities.speeds])],
      supportsGoals: true,
    },
    availability: hasApiKey ? { status: "available" } : unavailable(missing),
    compatibleModels,
  };
}

interface RuntimeModels extends Pick<RuntimeView, "hasApiKey" | "compatibleModels"> {
  readonly missing: string;
}

/** Returns the default model of the harness's service, because no catalog contains the service's other models. */
function modelsOfService(
  harness: HarnessInfo,
  service: HarnessService,
  { kept, defaultAgent }: RuntimeSurroundings,
): RuntimeModels {
  const { name, displayName, defaultModel, capabilities } = harness;
  const hasApiKey = hasServiceKey(service, kept);
  const missing = describeMissingKey(displayName, service);
  const model = {
    name: defaultModel,
    label: defaultModel,
    provider: displayName,
    isDefault: true,
    isPlatformDefault: defaultAgent?.harness === name && defaultAgent.model === defaultModel,
    reasoningLevels: [...capabilities.reasoningLevels],
    availability: hasApiKey ? ({ status: "available" } as const) : unavailable(missing),
  };
  return { hasApiKey, compatibleModels: [model], missing };
}

function modelsOfProviders(
  harness: HarnessInfo,
  { choices, access, providers, defaultAgent }: RuntimeSurroundings,
): RuntimeModels {
  const { name, defaultModel, modelFamily, capabilities } = harness;
  const providersOf = ({ name }: Model) =>
    servingRoutes(routesTo(name, harness, providers), name, providers).map(({ provider }) => provider);
  const compatible = models.filter((model) => providersOf(model).length > 0);
  const availabilityOf = (model: Model): RuntimeView["compatibleModels"][number]["availability"] => {
    const choice = choices.find((one) => one.model === model.name);
    if (choice?.isEnabled === false) {
      const reason = "The model is disabled in this organization.";
      return { status: "unavailable", code: "model_disabled", reason };
    }
    const serving = providersOf(model);
    const chosen = choice?.provider ?? null;
    const { provider } = chooseRoute({ harness, model: model.name, asked: null, chosen, access, providers });
    if (serving.includes(provider) && canReach(access, provider)) return { status: "available" };
    const needed = serving.includes(provider) ? provider : serving[0]!;
    return unavailable(describeMissing(getModelProvider(providers, needed)));
  };
  const compatibleModels = compatible.map((model) => ({
    name: model.name,
    label: model.displayName,
    provider: model.maker,
    isDefault: model.name === defaultModel,
    isPlatformDefault: defaultAgent?.harness === name && defaultAgent.model === model.name,
    reasoningLevels: [...capabilities.reasoningLevels],
    availability: availabilityOf(model),
  }));
  const hasApiKey = compatible.some((model) =>
    providersOf(model).some((provider) => canReach(access, provider)),
  );
  return { hasApiKey, compatibleModels, missing: describeMissing(getModelProvider(providers, modelFamily)) };
}

const unavailable = (reason: string) =>
  ({ status: "unavailable", code: "missing_credentials", reason }) as const;
