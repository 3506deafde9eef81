import { AppError } from "../../base/index.ts";
import type { ModelFamily } from "../harness/harness-info.ts";
import type { AccessPorts } from "../ports.ts";
import { findModel, type Model, models, providersFor } from "./catalog.ts";
import { describeMissing } from "./describe-missing.ts";
import type { ModelChoice } from "./model-choice.ts";
import { getModelProvider, type ModelProvider, type ModelProviders } from "./provider.ts";
import { canReach, loadProviderAccess } from "./provider-access.ts";
import { providerCredentialOf } from "./stored-credential.ts";

const RESPONSE_LIMIT_MS = 20_000;

export interface ModelProviderTest {
  /** Name in the catalog of the model that responded. */
  readonly model: string;
  /** Time until the response began, in milliseconds. */
  readonly durationMs: number;
}

/**
 * Sends one short request with the credential that the organization's sessions use. Prefers the given model, if the
 * provider serves it. Throws `not_found` if the provider is not registered, `invalid_input` if it has no credential or
 * all its models are disabled, or `unreachable` if no successful response arrives.
 */
export async function testModelProvider(
  ports: Pick<AccessPorts, "store" | "vault" | "modelProviders" | "settings" | "broker" | "clock">,
  organizationId: string,
  name: string,
  preferredModel: string | null,
): Promise<ModelProviderTest> {
  const { store, modelProviders, broker, clock } = ports;
  if (!modelProviders.some((provider) => provider.name === name))
    throw new AppError(
      "not_found",
      `Model provider ${JSON.stringify(name.slice(0, 100))} was not found. Use one of: ${modelProviders.map((one) => one.name).join(", ")}.`,
    );
  const provider = getModelProvider(modelProviders, name);
  const access = await loadProviderAccess(ports, organizationId);
  if (!canReach(access, name)) throw new AppError("invalid_input", describeMissing(provider));
  const choices = await store.models.choices(organizationId);
  const found = chooseTestedModel(provider, { preferredModel, choices, providers: modelProviders });
  if (found === null)
    throw new AppError(
      "invalid_input",
      `All models of ${provider.label} are disabled in this organization. Enable one of them, then test again.`,
    );
  const { model, family } = found;
  const credential = await providerCredentialOf(ports, organizationId, name);
  const startedAt = clock.now().getTime();
  await broker.askModel(
    { family, provider: name, credential, model: model.name },
    AbortSignal.timeout(RESPONSE_LIMIT_MS),
  );
  return { model: model.name, durationMs: Math.max(0, clock.now().getTime() - startedAt) };
}

/**
 * Returns the preferred model, or otherwise the first enabled model that the provider serves, with the protocol to use.
 * Returns null if there is none. Pure.
 */
export function chooseTestedModel(
  provider: Pick<ModelProvider, "name" | "families">,
  {
    preferredModel,
    choices,
    providers,
  }: {
    readonly preferredModel: string | null;
    readonly choices: readonly ModelChoice[];
    readonly providers: ModelProviders;
  },
): { readonly model: Model; readonly family: ModelFamily } | null {
  const disabled = new Set(choices.filter(({ isEnabled }) => !isEnabled).map(({ model }) => model));
  const preferred = preferredModel === null ? null : findModel(preferredModel);
  const candidates = preferred === null ? models : [preferred, ...models];
  for (const model of candidates) {
    if (disabled.has(model.name)) continue;
    const family = provider.families.find((one) =>
      providersFor(model, one, providers).includes(provider.name),
    );
    if (family !== undefined) return { model, family };
  }
  return null;
}
