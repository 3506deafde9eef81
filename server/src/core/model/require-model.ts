import { AppError } from "../errors.ts";
import type { Ports } from "../ports/index.ts";
import type { Queries } from "../ports/store/store.ts";
import type { AgentKey } from "../session/agent-key.ts";
import { findModel } from "./catalogue.ts";
import { chooseWay } from "./choose-way.ts";
import { describeMissing } from "./describe-missing.ts";
import { type ModelChoice, noChoice } from "./model-choice.ts";
import { canReach, loadProviderAccess } from "./provider-access.ts";
import type { Speaker } from "./ways-to.ts";

/**
 * That the organization may use the model an agent key names, by the provider that would answer. Models that nobody has heard of
 * may be used; whether a family's own provider needs a key is not known here, since an inference service of one's own may not.
 * Throws `invalid_input`.
 */
export async function requireModel(
  ports: Pick<Ports, "store" | "settings">,
  organizationId: string,
  agent: AgentKey,
  harness: Speaker,
): Promise<void> {
  const choice = await choiceOf(ports.store, organizationId, agent.model);
  if (!choice.isEnabled) {
    throw new AppError(
      "invalid_input",
      `The model ${choice.model} is disabled in this organization; name another, or enable it with "tembo model enable ${choice.model}".`,
    );
  }
  const access = await loadProviderAccess(ports, organizationId);
  const { family, provider } = chooseWay({
    harness,
    model: agent.model,
    asked: agent.provider,
    chosen: choice.provider,
    access,
  });
  if (provider !== family && !canReach(access, provider)) {
    throw new AppError("invalid_input", describeMissing(provider));
  }
}

/** What was decided about a model, by any of its names. */
export async function choiceOf(
  { models }: Pick<Queries, "models">,
  organizationId: string,
  name: string,
): Promise<ModelChoice> {
  const model = findModel(name)?.name;
  if (model === undefined) return noChoice(name);
  const choices = await models.choices(organizationId);
  return choices.find((choice) => choice.model === model) ?? noChoice(model);
}
