import type { AuditAction } from "@tembo/contract";

/** The actor to whom the audit log attributes a change. Defaults to the server itself. */
export type AuditActor =
  | {
      readonly kind: "user";
      readonly userId: string;
      /** ID of the API key or the sign-in. */
      readonly keyId: string;
      readonly address: string | null;
    }
  | { readonly kind: "session"; readonly sessionId: string }
  /** A request without valid credentials, such as a sign-in request. */
  | { readonly kind: "anonymous"; readonly address: string | null };

export interface NewAuditEvent {
  readonly organizationId: string;
  readonly action: AuditAction;
  readonly object: AuditObject;
  /** Details of the event. They must not contain secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AuditObject {
  readonly kind: string;
  readonly id: string | null;
  readonly name: string | null;
}

export interface AuditEvent extends Required<Omit<NewAuditEvent, "organizationId">> {
  readonly id: string;
  readonly createdAt: Date;
  readonly address: string | null;
  readonly actor: {
    readonly kind: AuditActor["kind"] | "system";
    readonly userId: string | null;
    readonly name: string | null;
    readonly credential: {
      readonly kind: "apiKey" | "signIn";
      readonly id: string;
      readonly name: string | null;
    } | null;
    readonly sessionId: string | null;
  };
}
