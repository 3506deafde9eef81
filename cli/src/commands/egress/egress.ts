import type { EgressSetting } from "@tembo-io/sdk";
import { Argument } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { collect } from "../../options.ts";
import { ownOrganization } from "../../own-organization.ts";

export const egressPresets = ["none", "registries", "custom", "open"] as const;

/** `tembo egress show|set`: network access of the organization's sandboxes. */
export function addEgressCommands({ program, runs }: Registry): void {
  const egress = program.command("egress").description("what sandboxes may reach");
  egress.command("show").description("show what sandboxes may reach").action(runs(show));
  egress
    .command("set")
    .description("set what sandboxes may reach, from the next turn of each session on")
    .addArgument(
      new Argument("<preset>", "registries: public ones and --allow; custom: --allow alone").choices(
        egressPresets,
      ),
    )
    .option("--allow <host>", "host, host:port or *.host; may be given several times", collect, [])
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
  else for (const text of [egress.preset, ...egress.allow]) cli.terminal.line(text);
}
