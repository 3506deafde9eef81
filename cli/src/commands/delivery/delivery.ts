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

/** `tembo delivery list|show|replay`: events that forges reported, with the outcome of each. */
export function addDeliveryCommands({ program, runs }: Registry): void {
  const delivery = program.command("delivery").description("what forges told");
  delivery
    .command("list")
    .description("list the latest deliveries, newest first")
    .option("--integration <integration>", "of one integration")
    .addOption(
      new Option("--status <status>", "in one state").choices(["received", "worked", "ignored", "failed"]),
    )
    .option("--limit <count>", "how many, at most 100", "20")
    .action(runs(list));
  delivery
    .command("show")
    .description("show a delivery with its headers and body")
    .argument("<delivery>", "as in the list")
    .action(runs(show));
  delivery
    .command("replay")
    .description("have a delivery worked once more")
    .argument("<delivery>", "as in the list")
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
  cli.terminal.line(`${delivery.status}: ${delivery.outcome ?? "not worked yet"}`);
  if (delivery.sessionId !== null) cli.terminal.line(`session ${delivery.sessionId}`);
  for (const [name, value] of Object.entries(delivery.headers)) cli.terminal.line(`${name}: ${value}`);
  cli.terminal.line("");
  for (const line of delivery.body.split("\n")) cli.terminal.line(line);
  if (delivery.isBodyCut) cli.terminal.note("The body is longer; only its beginning is shown.");
  return 0;
}

async function replay(cli: Cli, id: string): Promise<Outcome> {
  const delivery = await cli.client().deliveries.replay(id);
  if (cli.isJson) cli.terminal.json(delivery);
  else {
    cli.terminal.line(delivery.id);
    if (cli.terminal.isInteractive) {
      cli.terminal.hint(`"tembo delivery show ${delivery.id}" tells what came of it.`);
    }
  }
  return 0;
}
