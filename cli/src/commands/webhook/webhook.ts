import type { OutgoingDelivery, Webhook, WebhookEventPattern } from "@tembo-io/sdk";
import { Option } from "commander";
import { answer, answerList, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { collect } from "../../options.ts";
import { printTable } from "../../table.ts";

interface CreateOptions {
  readonly event: readonly string[];
  readonly description?: string;
}

interface DeliveriesOptions {
  readonly status?: OutgoingDelivery["status"];
  readonly event?: string;
  readonly limit: string;
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
  webhook
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
    .option("--event <type>", "only deliveries of this event type")
    .option("--limit <count>", "maximum number of deliveries, up to 100", "20")
    .action(runs(deliveries));
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

async function deliveries(
  cli: Cli,
  id: string,
  { status, event, limit }: DeliveriesOptions,
): Promise<Outcome> {
  const found = await cli.client().webhooks.deliveries.list(id, {
    status,
    eventType: event as OutgoingDelivery["eventType"] | undefined,
    limit: Number(limit),
  });
  return answer(cli, found, () =>
    printTable(
      cli.terminal,
      ["ID", "CREATED", "EVENT", "STATUS", "ATTEMPTS", "OUTCOME"],
      found.items.map((one) => [
        one.id,
        one.createdAt,
        one.eventType,
        one.status,
        String(one.attempts),
        one.outcome ??
          (one.attempts > 0 && one.nextAttemptAt !== null
            ? `next attempt ${cli.terminal.moment(one.nextAttemptAt)}`
            : "-"),
      ]),
    ),
  );
}

async function replay(cli: Cli, id: string, deliveryId: string): Promise<Outcome> {
  const delivery = await cli.client().webhooks.deliveries.replay(id, deliveryId);
  return answer(cli, delivery, () => {
    cli.terminal.line(delivery.id);
    suggest(cli, `tembo webhook deliveries ${id}`);
  });
}
