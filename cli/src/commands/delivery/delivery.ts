import type { WebhookDelivery } from "@tembo-io/sdk";
import { Option } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { printTable } from "../../table.ts";
import { styled } from "../../terminal.ts";

interface ListOptions {
  readonly integration?: string;
  readonly status?: WebhookDelivery["status"];
  readonly limit: string;
}

/** Adds `tembo delivery`, which shows and replays events that forges reported. */
export function addDeliveryCommands({ program, runs }: Registry): void {
  const delivery = program.command("delivery").description("inspect webhook deliveries from forges");
  delivery
    .command("list")
    .description("list deliveries, newest first")
    .option("--integration <integration>", "only deliveries to this integration, by ID")
    .addOption(
      new Option("--status <status>", "only deliveries with this status").choices([
        "received",
        "worked",
        "ignored",
        "failed",
      ]),
    )
    .option("--limit <count>", "maximum number of deliveries, up to 100", "20")
    .action(runs(list));
  delivery
    .command("show")
    .description("show a delivery's headers and body")
    .argument("<delivery>", "delivery ID")
    .action(runs(show));
  delivery
    .command("replay")
    .description("process a delivery again")
    .argument("<delivery>", "delivery ID")
    .action(runs(replay));
}

async function list(cli: Cli, options: ListOptions): Promise<Outcome> {
  const answer = await cli.client().deliveries.list({
    integrationId: options.integration,
    status: options.status,
    limit: Number(options.limit),
  });
  if (cli.isJson) cli.terminal.json(answer);
  else {
    printTable(
      cli.terminal,
      ["ID", "RECEIVED", "FROM", "EVENT", "STATUS", "OUTCOME"],
      answer.items.map((one) => [
        one.id,
        one.receivedAt,
        one.source === "webhook" ? one.provider : `${one.provider} (${one.source})`,
        one.eventName,
        one.status,
        one.outcome ?? "-",
      ]),
    );
  }
  return 0;
}

async function show(cli: Cli, id: string): Promise<Outcome> {
  const delivery = await cli.client().deliveries.retrieve(id);
  if (cli.isJson) {
    cli.terminal.json(delivery);
    return 0;
  }
  cli.terminal.line(styled("bold", `${delivery.provider} ${delivery.eventName}`), ` ${delivery.deliveryId}`);
  cli.terminal.line(`${delivery.status}: ${delivery.outcome ?? "not processed yet"}`);
  if (delivery.sessionId !== null) cli.terminal.line(`session ${delivery.sessionId}`);
  for (const [name, value] of Object.entries(delivery.headers)) cli.terminal.line(`${name}: ${value}`);
  cli.terminal.line("");
  for (const line of delivery.body.split("\n")) cli.terminal.line(line);
  if (delivery.isBodyCut) cli.terminal.note("The body is truncated.");
  return 0;
}

async function replay(cli: Cli, id: string): Promise<Outcome> {
  const delivery = await cli.client().deliveries.replay(id);
  if (cli.isJson) cli.terminal.json(delivery);
  else {
    cli.terminal.line(delivery.id);
    if (cli.terminal.isInteractive) {
      cli.terminal.hint(`"tembo delivery show ${delivery.id}" shows the outcome.`);
    }
  }
  return 0;
}
