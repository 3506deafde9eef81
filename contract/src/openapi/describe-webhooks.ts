import { webhookPayload } from "../webhook/webhook-event.ts";
import type { Components } from "./components.ts";
import type { JsonSchema } from "./json-schema.ts";
import { responseSchema } from "./response-schema.ts";

/**
 * Describes the webhook requests of each event type (https://spec.openapis.org/oas/v3.1.1#oas-webhooks). Adds the
 * schemas of the requests to `components`.
 */
export function describeWebhooks(components: Components): Record<string, object> {
  return Object.fromEntries(
    webhookPayload.options.map((payload) => {
      const [type] = payload.shape.type.values;
      return [
        type,
        {
          post: {
            operationId: `webhook.${type}`,
            summary: `Sends ${type}`,
            tags: ["webhooks"],
            security: [],
            ...requestOf(responseSchema(payload, `webhook.${type}`, components)),
          },
        },
      ];
    }),
  );
}

const header = (name: string, description: string) => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string" },
});

const requestOf = (schema: JsonSchema) => ({
  parameters: [
    header("webhook-id", "ID of the event. It is the same for every attempt and replay."),
    header("webhook-timestamp", "Time of the attempt, in seconds since 1970."),
    header(
      "webhook-signature",
      "`v1,` and a base64 signature, as in Standard Webhooks. Several signatures are separated by spaces.",
    ),
  ],
  requestBody: { required: true, content: { "application/json": { schema } } },
  responses: {
    "2XX": { description: "Accepted. Tembo retries after any other response." },
    "410": { description: "The receiver no longer exists. Tembo disables the webhook." },
  },
});
