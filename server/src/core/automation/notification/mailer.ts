import type { MailServer } from "./notification.ts";

export interface Mail {
  /** Recipient's address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Value of `Message-ID` without angle brackets. It is the same for every attempt, so that receivers find duplicates. */
  readonly messageId: string;
}

export type MailResult =
  | { readonly kind: "sent" }
  /** `error` is a sentence with the reason and the remedy. `mayPass` is true if a later attempt may succeed. */
  | { readonly kind: "failed"; readonly error: string; readonly mayPass: boolean };

/** Sends email over SMTP. */
export interface Mailer {
  /**
   * Sends a plain text email once. Returns expected failures, such as a rejected password or an unreachable host, as
   * values. Rejects with the signal's reason if the signal aborts.
   */
  send(
    server: MailServer & { readonly password: string | null },
    mail: Mail,
    signal: AbortSignal,
  ): Promise<MailResult>;
}
