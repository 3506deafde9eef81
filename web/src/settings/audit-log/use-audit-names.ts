import { useQuery } from "@tanstack/react-query";
import type { AuditEvent } from "@tembo-io/sdk";
import { runtimesQuery } from "../../api/choices.ts";
import type { AuditNames } from "../../text/settings/audit-log.ts";
import { modelsQuery } from "../models/models-query.ts";
import { toAuditNames } from "./to-audit-names.ts";

/** Returns display names for the models and provider keys in the events. Requests the catalogs only if needed. */
export function useAuditNames(events: readonly AuditEvent[]): AuditNames {
  const has = (kind: string) => events.some(({ object }) => object.kind === kind);
  const hasCredential = has("modelCredential");
  const { data: catalog } = useQuery({ ...modelsQuery, enabled: hasCredential || has("model") });
  const { data: runtimes } = useQuery({ ...runtimesQuery, enabled: hasCredential });
  return toAuditNames(catalog, runtimes);
}
