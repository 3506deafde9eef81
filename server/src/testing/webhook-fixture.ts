import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError, newId } from "../core/base/index.ts";
import {
  defaultIntegrationSettings,
  type Forge,
  type ForgeAdapter,
  type ForgeEvent,
  type ForgeUser,
  type Integration,
  type WebhookRequest,
} from "../core/forges/index.ts";
import { saveIntegrationSecrets } from "../core/forges/integration/integration-secrets.ts";
import type { Ports } from "../core/ports.ts";
import { someTime } from "./test-store.ts";

/**
 * Creates a forge adapter whose webhooks are signed like GitHub's. The body of a webhook contains Tembo's own events,
 * as a list in `events`.
 */
export function fakeForge(
  eventsSince: (name: string, since: Date) => Promise<readonly ForgeEvent[]> = async () => [],
): ForgeAdapter {
  return {
    name: "github",
    connect: () =>
      ({
        name: "github",
        eventsSince: ({ name }, since) => eventsSince(name, since),
      }) satisfies Partial<Forge> as unknown as Forge,
    identifyWebhook: ({ headers }) => {
      const eventName = headers["x-github-event"];
      if (eventName === undefined) throw new AppError("invalid_input", "It names no event.");
      const isOnceByBody = eventName === "issue_comment";
      return { deliveryId: headers["x-github-delivery"] ?? null, eventName, isOnceByBody };
    },
    verifyWebhook: ({ headers, body }, secret) => {
      const given = Buffer.from(headers["x-hub-signature-256"] ?? "");
      const wanted = Buffer.from(signatureOf(body, secret));
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
    readWebhook: ({ body }: WebhookRequest) => {
      try {
        const { events } = JSON.parse(body.toString()) as { events?: (ForgeEvent & { at: string })[] };
        return (events ?? []).map((event) => ({ ...event, at: new Date(event.at) }));
      } catch (cause) {
        throw new AppError("invalid_input", "The body is not valid JSON.", { cause });
      }
    },
  };
}

const signatureOf = (body: string | Buffer, secret: string) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

export function webhook(
  body: string,
  secret: string,
  deliveryId: string | null = newId(),
): { readonly method: "POST"; readonly body: string; readonly headers: Record<string, string> } {
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": "issues",
      ...(deliveryId !== null && { "x-github-delivery": deliveryId }),
      "x-hub-signature-256": signatureOf(body, secret),
    },
  };
}

export const ada: ForgeUser = {
  id: "7",
  login: "ada",
  name: null,
  email: null,
  avatarUrl: null,
  profileUrl: null,
  isBot: false,
};

export function issueOpened(number = 1, externalId = "r1"): ForgeEvent & { readonly type: "issue.opened" } {
  return {
    type: "issue.opened",
    repository: { externalId, owner: "acme", name: "shop", url: "https://github.com/acme/shop" },
    actor: ada,
    at: someTime,
    issue: {
      number,
      externalId: String(number),
      url: `https://github.com/acme/shop/issues/${number}`,
      title: "It breaks",
      body: "@tembo fix it",
      status: "open",
      author: ada,
      labels: ["bug"],
      createdAt: someTime,
      updatedAt: someTime,
    },
  };
}

export const bodyOf = (...events: readonly ForgeEvent[]) => JSON.stringify({ events });

export const anIntegration = (
  change: Partial<Integration> & { readonly organizationId: string },
): Integration => ({
  id: newId(),
  forge: "github",
  displayName: "GitHub",
  webUrl: "https://github.com",
  apiUrl: "https://api.github.com",
  account: null,
  settings: defaultIntegrationSettings,
  enabledAt: someTime,
  lastSyncedAt: null,
  createdAt: someTime,
  updatedAt: someTime,
  ...change,
});

/** Adds an integration and stores its secrets. */
export async function addIntegration(
  ports: Pick<Ports, "store" | "vault">,
  { secret, ...change }: Partial<Integration> & { readonly organizationId: string; readonly secret: string },
): Promise<Integration> {
  const integration = anIntegration(change);
  await ports.store.transaction(async (tx) => {
    await tx.integrations.insert(integration);
    await tx.secrets.lockMasterKeys("use");
    await saveIntegrationSecrets({ vault: ports.vault, tx }, integration, {
      credential: { type: "token", token: "forge-token-0123456789", username: null },
      webhookSecret: secret,
      signingKey: null,
    });
  });
  return integration;
}
