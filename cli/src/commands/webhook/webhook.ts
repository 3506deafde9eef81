import type { OutgoingDelivery, Webhook, WebhookEventPattern } from "@tembo-io/sdk";
import { Option } from "commander";
import { answer, answerList, answerPart, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { collect } from "../../options.ts";
import { addPaging, type Paging } from "../../paging.ts";

interface CreateOptions {
  readonly event: readonly string[];
  readonly description?: string;
}

interface DeliveriesOptions extends Paging {
  readonly status?: OutgoingDelivery["status"];
  readonly event?: string;
}

export function addWebhookCommands({ program, runs }: Registry): void {
  const webhook = program.command("webhook").description("manage outgoing webhooks");
  webhook.command("list").description("list the webhooks").action(runs(list));
  webhook
    .command("create")
    .description("create a webhook; its signing secret is shown only once")
    .argument("<url>", "HTTPS URL that receives the events")
    .option(
      "--event <pattern>",
      "event to send, such as session.completed or session.*; can be repeated",
      collect,
      [],
    )
    .option("--description <text>", "description of the webhook")
    .action(runs(create));
  webhook
    .command("delete")
    .description("delete a webhook and its delivery log")
    .argument("<webhook>", "webhook ID")
    .action(runs(remove));
  const listed = webhook
    .command("deliveries")
    .description("list a webhook's deliveries, newest first")
    .argument("<webhook>", "webhook ID")
    .addOption(
      new Option("--status <status>", "only deliveries with this status").choices([
        "pending",
        "succeeded",
        "failed",
      ]),
    )
    .option("--event <type>", "only deliveries of this event type");
  addPaging(listed).action(runs(deliveries));
  webhook
    .command("replay")
    .description("send a delivery again")
    .argument("<webhook>", "webhook ID")
    .argument("<delivery>", "delivery ID")
    .action(runs(replay));
}

function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  return answerList(cli, (cursor) => client.webhooks.list({ cursor, limit: 100 }), {
    ID: ({ id }) => id,
    URL: ({ url }) => url,
    EVENTS: ({ events }) => events.join(" "),
    STATE: webhookState,
  });
}

function webhookState({ enabled, disabledReason, failuresInARow }: Webhook): string {
  if (!enabled) return disabledReason ?? "disabled";
  return failuresInARow > 0 ? `failing (${failuresInARow})` : "enabled";
}

async function create(cli: Cli, url: string, { event, description }: CreateOptions): Promise<Outcome> {
  const made = await cli.client().webhooks.create({
    url,
    // The server rejects an invalid pattern, and its error lists the valid ones.
    ...(event.length > 0 && { events: event as WebhookEventPattern[] }),
    ...(description !== undefined && { description }),
  });
  return answer(cli, made, () => {
    cli.terminal.line(`webhook ${made.id}`);
    cli.terminal.line(made.secret);
    cli.terminal.note("Store this secret to verify deliveries. It is not shown again.");
  });
}

async function remove(cli: Cli, id: string): Promise<Outcome> {
  await confirm(cli, `This deletes the webhook ${id} and its delivery log.`);
  const deleted = await cli.client().webhooks.delete(id);
  return answerSentence(cli, deleted, `Deleted webhook ${id}.`);
}

function deliveries(cli: Cli, id: string, { status, event, ...paging }: DeliveriesOptions): Promise<Outcome> {
  const { webhooks } = cli.client();
  const query = { status, eventType: event as OutgoingDelivery["eventType"] | undefined };
  return answerPart(
    cli,
    (cursor, limit) => webhooks.deliveries.list(id, { ...query, cursor, limit }),
    {
      ID: ({ id: deliveryId }) => deliveryId,
      CREATED: ({ createdAt }) => createdAt,
      EVENT: ({ eventType }) => eventType,
      STATUS: ({ status: state }) => state,
      ATTEMPTS: ({ attempts }) => String(attempts),
      OUTCOME: (delivery) => describeOutcome(cli, delivery),
    },
    paging,
  );
}

function describeOutcome({ terminal }: Cli, { outcome, attempts, nextAttemptAt }: OutgoingDelivery): string {
  if (outcome !== null) return outcome;
  return attempts > 0 && nextAttemptAt !== null ? `next attempt ${terminal.moment(nextAttemptAt)}` : "-";
}

async function replay(cli: Cli, id: string, deliveryId: string): Promise<Outcome> {
  const delivery = await cli.client().webhooks.deliveries.replay(id, deliveryId);
  return answer(cli, delivery, () => {
    cli.terminal.line(delivery.id);
    suggest(cli, `tembo webhook deliveries ${id}`);
  });
}
