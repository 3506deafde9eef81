/** Work that is not a turn. It is done once for each name, whatever dies, and may be begun again from its start. */
export type Job =
  /** Works what a forge told. */
  | { readonly kind: "delivery"; readonly deliveryId: string }
  /** Asks the forge which repositories there are. `requestId` tells one request from the next. */
  | { readonly kind: "integrationSync"; readonly integrationId: string; readonly requestId: string }
  /** Asks the forge what happened, for an integration that webhooks do not reach. */
  | { readonly kind: "integrationPoll"; readonly integrationId: string; readonly requestId: string }
  /** Removes what a deleted session leaves. */
  | { readonly kind: "sessionPurge"; readonly sessionId: string; readonly requestId: string }
  /** Sends one attempt of an outgoing delivery. */
  | {
      readonly kind: "webhookAttempt";
      readonly deliveryId: string;
      readonly webhookId: string;
      /** Counts from 1. */
      readonly number: number;
    }
  /** Deletes what is kept for a while only. */
  | { readonly kind: "cleanUp"; readonly requestId: string };

/** Two jobs of one name are one job. */
export function jobName(job: Job): string {
  switch (job.kind) {
    case "delivery":
      return `delivery:${job.deliveryId}`;
    case "sessionPurge":
      return `sessionPurge:${job.sessionId}:${job.requestId}`;
    case "webhookAttempt":
      return `webhookAttempt:${job.deliveryId}:${job.number}`;
    case "cleanUp":
      return `cleanUp:${job.requestId}`;
    default:
      return `${job.kind}:${job.integrationId}:${job.requestId}`;
  }
}
