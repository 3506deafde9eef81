import type { NotificationSettings, NotificationSettingsUpdate, NotificationTestBody } from "@tembo-io/sdk";
import { Argument, Option } from "commander";
import { answer, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { ownTimeZone } from "../../format.ts";
import { ownUser } from "../../own-user.ts";
import { printTable } from "../../table.ts";

type Kind = keyof NotificationSettings["email"];
/** The kinds in their order of display. The compiler requires each of them. */
const kinds = Object.keys({
  permission: true,
  question: true,
  plan: true,
  failure: true,
  end: true,
} satisfies Record<Kind, true>) as Kind[];
type Switch = "on" | "off";

export function addNotificationCommands({ program, runs }: Registry): void {
  const notification = program
    .command("notification")
    .description("choose when Tembo notifies you by email or in your browsers");
  notification.command("show").description("show your choices and quiet hours").action(runs(show));
  notification
    .command("set")
    .description("turn kinds of notifications on or off; omitted channels stay unchanged")
    .addArgument(new Argument("<kinds...>", "kinds to change").choices(kinds))
    .addOption(new Option("--email <switch>", "notify by email").choices(["on", "off"]))
    .addOption(new Option("--push <switch>", "notify in your browsers").choices(["on", "off"]))
    .action(runs(set));
  notification
    .command("quiet-hours")
    .description("send nothing in a daily period; without a period, remove it")
    .argument("[from]", "start, such as 22:00")
    .argument("[to]", "end, such as 07:00")
    .option("--time-zone <name>", "IANA time zone, such as Europe/Paris; default: this machine's")
    .action(runs(quietHours));
  notification
    .command("test")
    .description("send yourself a test notification")
    .addArgument(new Argument("<channel>", "channel to test").choices(["email", "push"]))
    .action(runs(test));
}

async function show(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  return print(cli, await client.users.notifications.retrieve(await ownUser(client)));
}

async function set(
  cli: Cli,
  chosen: readonly Kind[],
  { email, push }: { readonly email?: Switch; readonly push?: Switch },
): Promise<Outcome> {
  if (email === undefined && push === undefined)
    throw new UsageError("No channel was specified.", "use --email or --push.");
  const flags = (value: Switch) => Object.fromEntries(chosen.map((kind) => [kind, value === "on"]));
  return update(cli, {
    ...(email !== undefined && { email: flags(email) }),
    ...(push !== undefined && { push: flags(push) }),
  });
}

async function quietHours(
  cli: Cli,
  from: string | undefined,
  to: string | undefined,
  { timeZone }: { readonly timeZone?: string },
): Promise<Outcome> {
  if (from === undefined) {
    if (timeZone !== undefined)
      throw new UsageError("A time zone needs a period.", "specify a start and an end, such as 22:00 07:00.");
    return update(cli, { quietHours: null });
  }
  if (to === undefined)
    throw new UsageError("The period has no end.", "specify a start and an end, such as 22:00 07:00.");
  return update(cli, { quietHours: { from, to, timeZone: timeZone ?? ownTimeZone() } });
}

async function test(cli: Cli, channel: NotificationTestBody["channel"]): Promise<Outcome> {
  const client = cli.client();
  const sent = await client.users.notifications.test(await ownUser(client), { channel });
  return answerSentence(cli, sent, `Test sent to ${sent.sentTo.join(", ")}.`);
}

async function update(cli: Cli, body: NotificationSettingsUpdate): Promise<Outcome> {
  const client = cli.client();
  return print(cli, await client.users.notifications.update(await ownUser(client), body));
}

function print(cli: Cli, settings: NotificationSettings): Outcome {
  return answer(cli, settings, () => {
    const shown = (isOn: boolean) => (isOn ? "on" : "off");
    printTable(
      cli.terminal,
      ["KIND", "EMAIL", "PUSH"],
      kinds.map((kind) => [kind, shown(settings.email[kind]), shown(settings.push[kind])]),
    );
    if (settings.quietHours !== null) {
      const { from, to, timeZone } = settings.quietHours;
      cli.terminal.note(`Nothing is sent from ${from} to ${to} (${timeZone}).`);
    }
    if (settings.emailProblem !== null) cli.terminal.note(settings.emailProblem);
  });
}
