import { type EgressSetting, egressPresetName } from "@tembo-io/sdk";
import { Argument } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { collect } from "../../options.ts";
import { ownOrganization } from "../../own-organization.ts";

export const egressPresets = ["none", "registries", "custom", "open"] as const;

export function addEgressCommands({ program, runs }: Registry): void {
  const egress = program.command("egress").description("manage the network policy of sandboxes");
  egress.command("show").description("show the network policy").action(runs(show));
  egress
    .command("set")
    .description("set the network policy, which applies from each session's next turn")
    .addArgument(
      new Argument(
        "<preset>",
        "none, registries (package registries and --allow), custom (only --allow) or open",
      ).choices(egressPresets),
    )
    .option("--allow <host>", "host, host:port or *.host; can be repeated", collect, [])
    .action(runs(set));
}

async function show(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  print(cli, await client.organizations.egress.retrieve(await ownOrganization(client)));
  return 0;
}

async function set(
  cli: Cli,
  preset: EgressSetting["preset"],
  { allow }: { readonly allow: readonly string[] },
): Promise<Outcome> {
  const client = cli.client();
  const body = { preset, allow: [...allow] };
  print(cli, await client.organizations.egress.update(await ownOrganization(client), body));
  return 0;
}

function print(cli: Cli, egress: EgressSetting): void {
  if (cli.isJson) cli.terminal.json(egress);
  else {
    const { preset, allow } = egress;
    const isPiped = cli.terminal.columns === null;
    for (const text of [isPiped ? preset : egressPresetName(preset), ...allow]) cli.terminal.line(text);
  }
}
