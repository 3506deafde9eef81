import type { OutgoingDelivery, WebhookEventPattern } from "@tembo-io/sdk";
import { Option } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { collect } from "../../options.ts";
import { allPages } from "../../pages.ts";
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

/** `tembo webhook list|create|delete|deliveries|replay`: addresses that are told what happens. */
export function addWebhookCommands({ program, runs }: Registry): void {
  const webhook = program.command("webhook").description("addresses of yours that are told what happens");
  webhook.command("list").description("list the webhooks").action(runs(list));
  webhook
    .command("create")
    .description("have an address told of events; prints its signing secret, this once")
    .argument("<url>", "of https")
    .option(
      "--event <pattern>",
      "session.completed, session.*, pull_request.* ...; several times",
      collect,
      [],
    )
    .option("--description <text>", "for people")
    .action(runs(create));
  webhook
    .command("delete")
    .description("delete a webhook with its deliveries")
    .argument("<id>", "as in the list")
    .action(runs(remove));
  webhook
    .command("deliveries")
    .description("list what a webhook was told, newest first")
    .argument("<id>", "as in the list")
    .addOption(new Option("--status <status>", "in one state").choices(["pending", "succeeded", "failed"]))
    .option("--event <type>", "of one type of event")
    .option("--limit <count>", "how many, at most 100", "20")
    .action(runs(deliveries));
  webhook
    .command("replay")
    .description("tell a webhook the same once more")
    .argument("<id>", "of the webhook")
    .argument("<delivery>", "as in its deliveries")
    .action(runs(replay));
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const items = await allPages((cursor) => client.webhooks.list({ cursor, limit: 100 }));
  if (cli.isJson) cli.terminal.json({ items });
  else {
    printTable(
      cli.terminal,
      ["ID", "URL", "EVENTS", "STATE"],
      items.map(({ id, url, events, enabled, disabledReason, failuresInARow }) => [
        id,
        url,
        events.join(" "),
        enabled
          ? failuresInARow > 0
            ? `failing (${failuresInARow})`
            : "enabled"
          : (disabledReason ?? "disabled"),
      ]),
    );
  }
  return 0;
}

async function create(cli: Cli, url: string, { event, description }: CreateOptions): Promise<Outcome> {
  const made = await cli.client().webhooks.create({
    url,
    // What is no pattern is refused by the server, with those that are.
    ...(event.length > 0 && { events: event as WebhookEventPattern[] }),
    ...(description !== undefined && { description }),
  });
  if (cli.isJson) cli.terminal.json(made);
  else {
    cli.terminal.line(`webhook ${made.id}`);
    cli.terminal.line(made.secret);
    cli.terminal.note("Keep the secret, with which what comes is verified: it is not shown again.");
  }
  return 0;
}

async function remove(cli: Cli, id: string): Promise<Outcome> {
  const deleted = await cli.client().webhooks.delete(id);
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`The webhook ${id} is deleted.`);
  return 0;
}

async function deliveries(
  cli: Cli,
  id: string,
  { status, event, limit }: DeliveriesOptions,
): Promise<Outcome> {
  const answer = await cli.client().webhooks.deliveries.list(id, {
    status,
    eventType: event as OutgoingDelivery["eventType"] | undefined,
    limit: Number(limit),
  });
  if (cli.isJson) cli.terminal.json(answer);
  else {
    printTable(
      cli.terminal,
      ["ID", "CREATED", "EVENT", "STATUS", "ATTEMPTS", "OUTCOME"],
      answer.items.map((one) => [
        one.id,
        one.createdAt,
        one.eventType,
        one.status,
        String(one.attempts),
        one.outcome ?? (one.attempts > 0 ? `next attempt ${one.nextAttemptAt}` : "-"),
      ]),
    );
  }
  return 0;
}

async function replay(cli: Cli, id: string, deliveryId: string): Promise<Outcome> {
  const delivery = await cli.client().webhooks.deliveries.replay(id, deliveryId);
  if (cli.isJson) cli.terminal.json(delivery);
  else {
    cli.terminal.line(delivery.id);
    if (cli.terminal.isInteractive)
      cli.terminal.note(`Next: "tembo webhook deliveries ${id}" tells what came of it.`);
  }
  return 0;
}
