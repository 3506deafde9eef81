import {
  type OrganizationSettingsUpdate,
  type Tembo,
  type UserSettingsUpdate,
  wholeHistory,
} from "@tembo-io/sdk";
import { answer, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { type CommandError, MissingError, UsageError } from "../../failure.ts";
import { readSecret } from "../../input/read-secret.ts";
import { parseJson } from "../../options.ts";
import { ownOrganization } from "../../own-organization.ts";
import { ownUser } from "../../own-user.ts";
import { printTable } from "../../table.ts";

type Values = Readonly<Record<string, unknown>>;

interface Whose {
  readonly user?: boolean;
}

const userOption = ["--user", "your own settings instead of the organization's"] as const;

/** Adds `tembo settings`, for settings of the organization or, with `--user`, preferences of the user. */
export function addSettingsCommands({ program, runs }: Registry): void {
  const settings = program.command("settings").description("manage the organization's settings and your own");
  settings
    .command("get")
    .description("show all settings, or one")
    .argument("[setting]", "setting name, such as defaultAgent")
    .option(...userOption)
    .option("--all", "include settings that are stored for compatibility and have no effect")
    .action(runs(get));
  settings
    .command("set")
    .description(
      "change a setting; provider credentials are read from standard input or a file, and never shown",
    )
    .argument("<setting>", "setting name, such as defaultAgent or anthropicApiKey")
    .argument("[value]", "text, a number, true, false or JSON")
    .option("--from-file <file>", "read the value from a file")
    .option(...userOption)
    .action(runs(set));
  settings
    .command("unset")
    .description("reset a setting to its default, or remove a provider credential")
    .argument("<setting>", "setting name, such as defaultAgent or anthropicApiKey")
    .option(...userOption)
    .action(runs(unset));
}

/** Settings of the vendor's API that the server stores but does not use. */
const withoutEffect: ReadonlySet<string> = new Set([
  "enableCoderabbitBot",
  "enableCursorBot",
  "enableGeminiCodeAssistBot",
  "enableGraphiteBot",
  "enableGreptileBot",
  "experimentalMcp",
  "freePrPeriod",
  "maxBotReviews",
  "maxSolutions",
  "onDemandMaxCreditUsage",
  "pgStatStatementsResetFrequency",
  "pmSystemPrompt",
  "pullRequestInsightsEnabled",
  "repositoryDetectionHint",
  "slackReviewOnTembo",
  "slowQueryThresholdMs",
  "sshPublicKeys",
  "weeklyReportEnabled",
]);

async function get(
  cli: Cli,
  name: string | undefined,
  { user, all }: Whose & { readonly all?: boolean },
): Promise<Outcome> {
  const values = await (await settingsOf(cli.client(), user === true)).read();
  if (name === undefined)
    return answer(cli, values, () =>
      printTable(
        cli.terminal,
        ["SETTING", "VALUE"],
        Object.entries(values)
          .filter(([setting]) => all || user || !withoutEffect.has(setting))
          .map(([setting, value]) => [setting, shown(setting, value)]),
      ),
    );
  if (!Object.hasOwn(values, name) && user !== true) throw unknown(name);
  const value = values[name] ?? null;
  return answer(cli, value, () => {
    for (const line of shown(name, value).split("\n")) cli.terminal.line(line);
  });
}

async function set(
  cli: Cli,
  name: string,
  given: string | undefined,
  { user, fromFile }: Whose & { readonly fromFile?: string },
): Promise<Outcome> {
  if (given !== undefined && fromFile !== undefined)
    throw new UsageError("The value was specified twice.", "omit the argument or --from-file.");
  const { read, write } = await settingsOf(cli.client(), user === true);
  const before = await read();
  // A setting that the server never returns is a credential. The command rejects a credential as an argument, because
  // the shell's history would contain it.
  const isShown = user === true || Object.hasOwn(before, name);
  if (!isShown && given !== undefined) throw unknown(name);
  const text = given ?? (await readSecret(cli, fromFile, `Value of ${name}`));
  const values = await write({ [name]: isShown ? parseSetting(text, before[name]) : text });
  const now = values[name];
  return answerSentence(cli, values, isShown ? `${name}: ${shown(name, now)}` : `Saved ${name}.`);
}

async function unset(cli: Cli, name: string, { user }: Whose): Promise<Outcome> {
  const { write } = await settingsOf(cli.client(), user === true);
  const values = await write({ [name]: null });
  const now = values[name];
  return answerSentence(
    cli,
    values,
    Object.hasOwn(values, name) ? `${name}: ${shown(name, now)}` : `Removed ${name}.`,
  );
}

interface Settings {
  read(): Promise<Values>;
  /** Writes the settings and returns all of them. */
  write(body: Values): Promise<Values>;
}

async function settingsOf(client: Tembo, isOfUser: boolean): Promise<Settings> {
  if (!isOfUser) {
    const { settings } = client.organizations;
    const id = await ownOrganization(client);
    return {
      read: async () => (await settings.retrieve(id)).settings,
      write: async (body) => (await settings.update(id, body as OrganizationSettingsUpdate)).settings,
    };
  }
  const userId = await ownUser(client);
  const { settings } = client.users;
  return {
    read: () => settings.retrieve(userId),
    write: (body) => settings.update(userId, body as UserSettingsUpdate),
  };
}

/**
 * Parses a value. If the current value is a string, returns the text unchanged. Otherwise, parses `on`, `off` or JSON,
 * and returns other text unchanged.
 */
function parseSetting(text: string, before: unknown): unknown {
  if (typeof before === "string") return text;
  if (text === "on" || text === "off") return text === "on";
  const parsed = parseJson(text);
  return parsed === undefined ? text : parsed;
}

function shown(setting: string, value: unknown): string {
  if (setting === "cloneDepth" && value === wholeHistory) return "whole history";
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function unknown(name: string): CommandError {
  return new MissingError(
    `The setting ${JSON.stringify(name)} does not exist or is write-only.`,
    `"tembo settings get" lists settings. To set a provider credential, run "tembo settings set ${name} < FILE".`,
  );
}
