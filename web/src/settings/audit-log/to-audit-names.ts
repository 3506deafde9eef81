import type { Model, ModelProvider, Runtime } from "@tembo-io/sdk";
import type { AuditNames } from "../../text/settings/audit-log.ts";

interface ModelCatalog {
  readonly models: readonly Pick<Model, "name" | "label">[];
  readonly providers: readonly Pick<ModelProvider, "label" | "settings">[];
}

/**
 * Maps IDs in audit events to display names: models by name, and provider keys by setting name. The name of a provider
 * with several settings includes the setting, as in "Vendor (Region)". Pure.
 */
export function toAuditNames(
  { models, providers }: ModelCatalog = { models: [], providers: [] },
  runtimes: readonly Pick<Runtime, "displayName" | "harness">[] = [],
): AuditNames {
  return {
    models: new Map(models.map(({ name, label }) => [name, label])),
    credentials: new Map([
      ...providers.flatMap(({ label: provider, settings }) =>
        settings.map(
          ({ name, label }) => [name, settings.length === 1 ? provider : `${provider} (${label})`] as const,
        ),
      ),
      ...runtimes.flatMap(({ displayName, harness: { apiKeySetting } }) =>
        apiKeySetting === null ? [] : [[apiKeySetting, displayName] as const],
      ),
    ]),
  };
}
