/** Work that is not a turn. The engine completes it once per name, even after crashes, and may run it again from its start. */
export type Job =
  /** Processes a delivery, which is an event that a forge reported. */
  | { readonly kind: "delivery"; readonly deliveryId: string }
  /** Syncs an integration's repository list from the forge. `requestId` distinguishes requests. */
  | { readonly kind: "integrationSync"; readonly integrationId: string; readonly requestId: string }
  /** Polls the forge for events of an integration that uses polling instead of webhooks. */
  | { readonly kind: "integrationPoll"; readonly integrationId: string; readonly requestId: string }
  /** Removes the remaining data of a deleted session. */
  | { readonly kind: "sessionPurge"; readonly sessionId: string; readonly requestId: string }
  /** Ends one of several attempts at a task, on behalf of the person who kept another one. */
  | {
      readonly kind: "attemptEnd";
      readonly sessionId: string;
      readonly userId: string;
      readonly keyId: string;
      readonly requestId: string;
    }
  /** Makes one attempt at an outgoing delivery. */
  | {
      readonly kind: "webhookAttempt";
      readonly deliveryId: string;
      readonly webhookId: string;
      /** Number of the attempt, starting at 1. */
      readonly number: number;
    }
  /** Makes one attempt at a notification. */
  | {
      readonly kind: "notificationAttempt";
      readonly notificationId: string;
      readonly organizationId: string;
      readonly channel: "email" | "push";
      /** Number of the attempt, starting at 1. */
      readonly number: number;
    }
  /** Ends stuck turns or places them again, and fails overdue builds. Runs every minute. */
  | { readonly kind: "watch"; readonly requestId: string }
  /** Reconciles the stored state. */
  | { readonly kind: "reconcile"; readonly requestId: string }
  /** Deletes data whose retention period has ended. */
  | { readonly kind: "cleanUp"; readonly requestId: string };

/** Returns the name that identifies the job. The engine treats jobs with the same name as one job. */
export function jobName(job: Job): string {
  switch (job.kind) {
    case "delivery":
      return `delivery:${job.deliveryId}`;
    case "attemptEnd":
    case "sessionPurge":
      return `${job.kind}:${job.sessionId}:${job.requestId}`;
    case "webhookAttempt":
      return `webhookAttempt:${job.deliveryId}:${job.number}`;
    case "notificationAttempt":
      return `notificationAttempt:${job.notificationId}:${job.number}`;
    case "cleanUp":
    case "watch":
    case "reconcile":
      return `${job.kind}:${job.requestId}`;
    default:
      return `${job.kind}:${job.integrationId}:${job.requestId}`;
  }
}
