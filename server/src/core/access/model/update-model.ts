import { AppError } from "../../base/index.ts";
import type { AccessPorts } from "../ports.ts";
import { findModel, type Model } from "./catalog.ts";
import { noChoice } from "./model-choice.ts";

export interface ModelChange {
  readonly isEnabled?: boolean;
  readonly provider?: string | null;
}

/**
 * Updates only the given fields. The change applies to sessions and messages that are created later. Throws `not_found`
 * if the model is not in the catalog.
 */
export async function updateModel(
  { store }: Pick<AccessPorts, "store">,
  organizationId: string,
  name: string,
  change: ModelChange,
): Promise<void> {
  const { name: model } = requireListed(name);
  await store.transaction(async (tx) => {
    // The model may have no row to lock.
    await tx.organizations.lock(organizationId);
    const choices = await tx.models.choices(organizationId);
    const before = choices.find((choice) => choice.model === model) ?? noChoice(model);
    await tx.models.saveChoice(organizationId, { ...before, ...change });
  });
}

/** Returns a model in the catalog by any of its names. Throws `not_found` if the catalog has no such model. */
export function requireListed(name: string): Model {
  const model = findModel(name);
  if (model !== null) return model;
  throw new AppError(
    "not_found",
    `The catalog has no model ${JSON.stringify(name.slice(0, 100))}. List the models with "tembo model list".`,
  );
}
