import type { AuditEvent } from "@tembo-io/sdk";
import { Moment } from "../../components/moment.tsx";
import type { AuditNames } from "../../text/settings/audit-log.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Row } from "../kit/rows.tsx";

const words = settingsText.auditLog;

export function AuditEventRow({ event, names }: { readonly event: AuditEvent; readonly names: AuditNames }) {
  const { actor, address, createdAt } = event;
  return (
    <Row
      title={[words.actor(event), words.did(event), words.object(event, names)]
        .filter((part) => part !== null)
        .join(" ")}
      about={
        <>
          <Moment at={createdAt} />
          {[
            ...(actor.credential?.kind === "apiKey" ? [words.withKey(actor.credential.name)] : []),
            ...(address === null ? [] : [words.from(address)]),
          ].map((part) => ` · ${part}`)}
        </>
      }
    />
  );
}
