import { type InferenceProvider, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  type AgentKey,
  choiceOf,
  findModel,
  type HarnessInfo,
  loadKeptNames,
  loadProviderAccess,
  type Model,
  type ModelChange,
  type ModelProviders,
  models,
  noChoice,
  parseAgentKey,
  requireListed,
  testModelProvider,
  updateModel,
} from "../../../core/access/index.ts";
import { effectiveSettings, getOrganization } from "../../../core/accounts/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import {
  type Answerers,
  inferenceAccess,
  modelProviderView,
  modelView,
  providerOf,
  runtimeView,
} from "./model-view.ts";

export function modelRoutes(app: FastifyInstance, ports: Ports): void {
  const providers = ports.modelProviders;
  route(app, operations.modelList, async ({ organizationId, query }) => {
    const [choices, access] = await Promise.all([
      ports.store.models.choices(organizationId),
      loadProviderAccess(ports, organizationId),
    ]);
    const { items, nextCursor } = pageByName(models, query);
    const choiceFor = (name: string) => choices.find((choice) => choice.model === name) ?? noChoice(name);
    return {
      items: items.map((model) => modelView(model, choiceFor(model.name), { access, providers })),
      nextCursor,
      modelProviders: providers.map((provider) => modelProviderView(provider, access)),
    };
  });

  route(app, operations.modelUpdate, async ({ organizationId, params, body }) => {
    const model = requireListed(params.modelName);
    const access = await loadProviderAccess(ports, organizationId);
    const change: ModelChange = {
      ...(body.enabled !== undefined && { isEnabled: body.enabled }),
      ...(body.inferenceProvider !== undefined && {
        provider:
          body.inferenceProvider === null
            ? null
            : chosen(model, body.inferenceProvider, { access, providers }),
      }),
    };
    await updateModel(ports, organizationId, model.name, change);
    return modelView(model, await choiceOf(ports.store, organizationId, model.name), { access, providers });
  });

  route(app, operations.modelProviderTest, async ({ organizationId, params }) => {
    const organization = await getOrganization(ports.store, organizationId);
    const { defaultAgent } = effectiveSettings(ports, organization);
    const agent = agentOrNull(defaultAgent, ports.harnesses.list(), providers);
    const { model, durationMs } = await testModelProvider(
      ports,
      organizationId,
      params.modelProvider,
      agent?.model ?? null,
    );
    return { modelName: model, durationMs };
  });

  route(app, operations.runtimeList, async ({ organizationId, query }) => {
    const [choices, access, kept, organization] = await Promise.all([
      ports.store.models.choices(organizationId),
      loadProviderAccess(ports, organizationId),
      loadKeptNames(ports, organizationId),
      getOrganization(ports.store, organizationId),
    ]);
    const known = ports.harnesses.list();
    const defaultAgent = agentOrNull(effectiveSettings(ports, organization).defaultAgent, known, providers);
    const { items, nextCursor } = pageByName(known, query);
    return {
      items: items.map((harness) => runtimeView(harness, { choices, access, providers, kept, defaultAgent })),
      nextCursor,
    };
  });
}

/** Returns a page of a list. The cursor is the name of the last item on the previous page. Throws `invalid_input` if the name is unknown. */
function pageByName<T extends { readonly name: string }>(
  all: readonly T[],
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const last = cursor === undefined ? -1 : all.findIndex(({ name }) => name === cursor);
  if (cursor !== undefined && last === -1) {
    throw new AppError(
      "invalid_input",
      'The "cursor" does not belong to this list. Start without a cursor.',
      {
        field: "cursor",
      },
    );
  }
  const items = all.slice(last + 1, last + 1 + limit);
  const isLast = last + 1 + limit >= all.length;
  return { items, nextCursor: isLast ? null : items.at(-1)!.name };
}

/**
 * Returns the chosen provider. Throws `invalid_input` if the provider does not serve the model, has no usable credential, or is overridden
 * by the organization's own key.
 */
function chosen(model: Model, name: InferenceProvider, answerers: Answerers): string {
  const { access, providers } = answerers;
  const found = inferenceAccess(model, name, answerers);
  if (!found.available) throw new AppError("invalid_input", found.unavailableReason);
  if (name === "TemboManagedInference" && model.family !== null && access.own.has(model.family)) {
    throw new AppError(
      "invalid_input",
      "The organization's own key takes precedence over the server's key. Delete the organization's key from the settings, or choose BYOK.",
    );
  }
  return providerOf(model, name, providers)!.name;
}

/** Parses the default agent. Returns null if it is not valid, for example because its harness no longer exists. */
function agentOrNull(
  text: string,
  known: readonly HarnessInfo[],
  providers: ModelProviders,
): AgentKey | null {
  try {
    const agent = parseAgentKey(text, known, providers);
    return { ...agent, model: findModel(agent.model)?.name ?? agent.model };
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "invalid_input") return null;
    throw cause;
  }
}
