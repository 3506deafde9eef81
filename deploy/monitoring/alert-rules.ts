import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** An alert rule of Prometheus. */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

export const alertsFile: string = join(import.meta.dirname, "alerts.yaml");

/** Returns the rules of all groups in alerts.yaml. */
export function readRules(): readonly Rule[] {
  const { groups }: { groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
    readFileSync(alertsFile, "utf8"),
  );
  return groups.flatMap(({ rules }) => rules);
}
