import type { WebhookDelivery } from "@tembo-io/sdk";
import { Option } from "commander";
import { answerPart } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { addPaging, type Paging } from "../../paging.ts";
import { styled } from "../../terminal.ts";

interface ListOptions extends Paging {
  readonly integration?: string;
  readonly status?: WebhookDelivery["status"];
}

/** Adds `tembo delivery`, which shows and replays events that forges reported. */
export function addDeliveryCommands({ program, runs }: Registry): void {
  const delivery = program.command("delivery").description("inspect webhook deliveries from forges");
  const listed = delivery
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
    );
  addPaging(listed).action(runs(list));
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

function list(cli: Cli, { integration, status, ...paging }: ListOptions): Promise<Outcome> {
  const { deliveries } = cli.client();
  const query = { integrationId: integration, status };
  return answerPart(
    cli,
    (cursor, limit) => deliveries.list({ ...query, cursor, limit }),
    {
      ID: ({ id }) => id,
      RECEIVED: ({ receivedAt }) => receivedAt,
      FROM: ({ source, provider }) => (source === "webhook" ? provider : `${provider} (${source})`),
      EVENT: ({ eventName }) => eventName,
      STATUS: ({ status: state }) => state,
      OUTCOME: ({ outcome }) => outcome ?? "-",
    },
    paging,
  );
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
