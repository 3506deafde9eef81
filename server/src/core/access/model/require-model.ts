import { AppError } from "../../base/index.ts";
import type { HarnessInfo } from "../harness/harness-info.ts";
import type { AccessPorts, AccessQueries } from "../ports.ts";
import { describeMissingKey, hasServiceKey, loadKeptNames } from "../secret/harness-key.ts";
import type { AgentKey } from "./agent-key.ts";
import { findModel } from "./catalog.ts";
import { chooseRoute } from "./choose-route.ts";
import { describeMissing } from "./describe-missing.ts";
import { type ModelChoice, noChoice } from "./model-choice.ts";
import { getModelProvider } from "./provider.ts";
import { canReach, loadProviderAccess } from "./provider-access.ts";

type ModelUser = Pick<HarnessInfo, "displayName" | "modelFamily" | "otherFamilies" | "service" | "isProgram">;

/**
 * Requires that the organization may use an agent key's model and that a credential for it is configured. If the
 * harness uses its vendor's service, the credential is the harness's key. Otherwise, it is a credential for the chosen
 * provider.
 *
 * Models outside the catalog are allowed, as is a custom provider URL that needs no key. A harness that the operator
 * installed may use the own provider of its protocol's family without a credential. Throws `invalid_input` if the model
 * is disabled or the credential is missing.
 */
export async function requireModel(
  ports: Pick<AccessPorts, "store" | "settings" | "modelProviders">,
  organizationId: string,
  agent: AgentKey,
  harness: ModelUser,
): Promise<void> {
  const choice = await choiceOf(ports.store, organizationId, agent.model);
  if (!choice.isEnabled) {
    throw new AppError(
      "invalid_input",
      `The model ${findModel(choice.model)?.displayName ?? choice.model} is disabled in this organization. Choose another model, or enable it with "tembo model enable ${choice.model}".`,
    );
  }
  if (harness.service !== undefined) {
    if (hasServiceKey(harness.service, await loadKeptNames(ports, organizationId))) return;
    throw new AppError("invalid_input", describeMissingKey(harness.displayName, harness.service));
  }
  const access = await loadProviderAccess(ports, organizationId);
  const { family, provider } = chooseRoute({
    harness,
    model: agent.model,
    asked: agent.provider,
    chosen: choice.provider,
    access,
    providers: ports.modelProviders,
  });
  const mayNeedNone = harness.isProgram === true && provider === family;
  if (!mayNeedNone && !canReach(access, provider)) {
    throw new AppError("invalid_input", describeMissing(getModelProvider(ports.modelProviders, provider)));
  }
}

/** Returns the organization's choice for a model. `name` may be any of the model's names. */
export async function choiceOf(
  { models }: Pick<AccessQueries, "models">,
  organizationId: string,
  name: string,
): Promise<ModelChoice> {
  const model = findModel(name)?.name;
  if (model === undefined) return noChoice(name);
  const choices = await models.choices(organizationId);
  return choices.find((choice) => choice.model === model) ?? noChoice(model);
}
