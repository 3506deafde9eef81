import { randomUUID } from "node:crypto";
import type { FakeHook, FakeProject } from "../fake-records.ts";
import type { FakeGitlab } from "../fake-state.ts";

const timeoutMs = 5_000;

/**
 * Sends an event to every webhook of the project that subscribes to `switchName`, such as "push_events". Like GitLab, returns before the
 * webhooks are delivered.
 */
export function sendHook(
  fake: FakeGitlab,
  project: FakeProject,
  { eventName, switchName }: { readonly eventName: string; readonly switchName: string },
  body: object,
): void {
  for (const hook of project.hooks) {
    if (hook.events[switchName] !== true) continue;
    const delivery = deliver(fake, hook, eventName, JSON.stringify(body)).finally(() => {
      fake.deliveries.delete(delivery);
    });
    fake.deliveries.add(delivery);
  }
}

async function deliver(fake: FakeGitlab, hook: FakeHook, eventName: string, body: string): Promise<void> {
  try {
    const response = await fetch(hook.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "GitLab/18.2.0",
        "idempotency-key": randomUUID(),
        "x-gitlab-event": eventName,
        "x-gitlab-event-uuid": randomUUID(),
        "x-gitlab-webhook-uuid": randomUUID(),
        "x-gitlab-instance": fake.url,
        ...(hook.token !== null && { "x-gitlab-token": hook.token }),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (!response.ok) fake.failedDeliveries.push(`${eventName}: ${response.status}`);
  } catch (error) {
    fake.failedDeliveries.push(`${eventName}: ${String(error)}`);
  }
}
