import { type PermissionKind, permissionKinds } from "@tembo/contract/permission-kinds";
import type { PermissionPolicy, PermissionPolicyUpdate } from "@tembo-io/sdk";
import { InvalidArgumentError, Option } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { duration } from "../../format.ts";
import { wholeNumberTo } from "../../options.ts";
import { ownOrganization } from "../../own-organization.ts";
import { printTable } from "../../table.ts";

type Rule = PermissionPolicy["rules"][PermissionKind];

const rules: readonly Rule[] = ["allow", "deny", "ask"];

interface SetOptions {
  readonly rule: readonly Partial<Record<PermissionKind, Rule>>[];
  readonly all?: Rule;
  readonly timeout?: number;
  readonly onTimeout?: PermissionPolicy["onTimeout"];
}

export function addPermissionCommands({ program, runs }: Registry): void {
  const permission = program.command("permission").description("manage the permission policy of agents");
  const policy = permission.command("policy").description("show or change the permission policy");
  policy.command("show").description("show the policy").action(runs(show));
  policy
    .command("set")
    .description("change the policy from each session's next turn; omitted options stay unchanged")
    .option(
      "--rule <kind=rule>",
      `kind (${permissionKinds.join(", ")}) and rule (allow, deny, ask); can be repeated`,
      readRule,
      [],
    )
    .addOption(new Option("--all <rule>", "rule for every kind without a --rule").choices(rules))
    .option("--timeout <seconds>", "time that a person has to answer", wholeNumberTo(86_400))
    .addOption(
      new Option("--on-timeout <decision>", "decision if no one answers in time").choices(["allow", "deny"]),
    )
    .action(runs(set));
}

async function show(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  print(cli, await client.organizations.permissionPolicy.retrieve(await ownOrganization(client)));
  return 0;
}

async function set(cli: Cli, { rule, all, timeout, onTimeout }: SetOptions): Promise<Outcome> {
  const every = all === undefined ? {} : Object.fromEntries(permissionKinds.map((kind) => [kind, all]));
  const changed: PermissionPolicyUpdate["rules"] = Object.assign(every, ...rule);
  const body: PermissionPolicyUpdate = {
    ...(changed !== undefined && Object.keys(changed).length > 0 && { rules: changed }),
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
    ...(onTimeout !== undefined && { onTimeout }),
  };
  if (Object.keys(body).length === 0)
    throw new UsageError("No change was specified.", "use --rule, --all, --timeout or --on-timeout.");
  const client = cli.client();
  print(cli, await client.organizations.permissionPolicy.update(await ownOrganization(client), body));
  return 0;
}

function print(cli: Cli, policy: PermissionPolicy): void {
  if (cli.isJson) {
    cli.terminal.json(policy);
    return;
  }
  printTable(
    cli.terminal,
    ["KIND", "RULE"],
    permissionKinds.map((kind) => [kind, policy.rules[kind]]),
  );
  cli.terminal.line(
    `A person has ${duration(policy.timeoutSeconds * 1_000)} to answer. After that, the request is ${policy.onTimeout === "allow" ? "allowed" : "denied"}.`,
  );
}

function readRule(value: string, earlier: readonly Partial<Record<PermissionKind, Rule>>[]) {
  const [kind, rule, ...rest] = value.split("=");
  const known = permissionKinds.find((one) => one === kind);
  const decided = rules.find((one) => one === rule);
  if (known === undefined || decided === undefined || rest.length > 0) {
    throw new InvalidArgumentError(
      `Expected KIND=RULE. Kinds: ${permissionKinds.join(", ")}. Rules: ${rules.join(", ")}.`,
    );
  }
  return [...earlier, { [known]: decided }];
}
