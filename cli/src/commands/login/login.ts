import { APIError, type Me, type OrganizationMember, Tembo } from "@tembo-io/sdk";
import { answerFields, answerItems } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { type CommandError, MissingError, UsageError } from "../../failure.ts";
import { readToken } from "../../input/read-secret.ts";
import { roleCell } from "../../names.ts";
import { allPages } from "../../pages.ts";
import { profileFile, readProfiles, writeProfiles } from "../../profile/profile-file.ts";
import { styled } from "../../terminal.ts";

/**
 * Adds `tembo login`, `tembo logout`, `tembo whoami` and `tembo profile`, for servers and keys stored for this user.
 */
export function addLoginCommands({ program, runs }: Registry): void {
  program
    .command("login")
    .description(
      "save a server and an API key as a profile; the key is read from a hidden prompt or standard input",
    )
    .option("--from-file <file>", "file with the API key")
    .action(runs(login));
  program
    .command("logout")
    .description("delete a profile; its key keeps working")
    .option("--all", "delete every profile")
    .action(runs(logout));
  program
    .command("whoami")
    .description("show the server, the profile and the key's owner")
    .action(runs(whoami));
  const profile = program.command("profile").description("manage saved servers and API keys");
  profile.command("list").description("list profiles, without their keys").action(runs(listProfiles));
  profile
    .command("use")
    .description("make a profile the current one")
    .argument("<profile>", "profile name")
    .action(runs(useProfile));
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

async function login(cli: Cli, { fromFile }: { readonly fromFile?: string }): Promise<Outcome> {
  const name = cli.accessOptions.profileOption ?? cli.accessOptions.profileVariable ?? "default";
  if (!namePattern.test(name) || name === "__proto__")
    throw new UsageError(
      `${JSON.stringify(name)} is not a valid profile name.`,
      "use at most 64 letters, digits, periods, hyphens and underscores, and start with a letter or digit.",
    );
  const file = profileFile(cli);
  const { current, profiles } = readProfiles(file, cli.machine);
  const baseURL = cli.accessOptions.urlOption ?? cli.accessOptions.urlVariable;
  const clientWith = (apiKey: string) => new Tembo({ apiKey, baseURL });
  // Rejects an invalid URL before the user types a key.
  clientWith("none");
  const apiKey = cli.accessOptions.keyOption ?? (await readToken(cli, fromFile, "API key"));
  // Checks the key before storing it. Otherwise, a wrong key would fail only in the next command.
  const client = clientWith(apiKey);
  const { orgId } = await client.me.retrieve();
  const added = { ...profiles, [name]: { url: client.baseURL, apiKey } };
  writeProfiles(file, { current: name, profiles: added }, cli.machine);
  if (cli.isJson) cli.terminal.json({ profile: name, url: client.baseURL, orgId });
  else {
    cli.terminal.line("Logged in to ", styled("cyan", client.baseURL), ` as profile ${name}.`);
    if (current !== null && current !== name) {
      cli.terminal.note(`Commands now use profile ${name} instead of ${current}.`);
      cli.terminal.hint(`run "tembo profile use ${current}" to switch back.`);
    }
    if (cli.accessOptions.keyVariable && cli.accessOptions.profileOption === undefined) {
      cli.terminal.note("TEMBO_API_KEY is set and overrides the profile.");
      cli.terminal.hint("unset TEMBO_API_KEY");
    }
  }
  return 0;
}

async function logout(cli: Cli, { all }: { readonly all?: boolean }): Promise<Outcome> {
  const file = profileFile(cli);
  const { current, profiles } = readProfiles(file, cli.machine);
  const name = cli.accessOptions.profileOption ?? cli.accessOptions.profileVariable ?? current;
  const gone = all ? Object.keys(profiles) : name === null ? [] : [name];
  for (const one of gone) if (!Object.hasOwn(profiles, one)) throw unknown(one);
  if (gone.length > 0) {
    const left = Object.fromEntries(Object.entries(profiles).filter(([one]) => !gone.includes(one)));
    const kept = current !== null && gone.includes(current) ? null : current;
    writeProfiles(file, { current: kept, profiles: left }, cli.machine);
  }
  if (cli.isJson) cli.terminal.json({ removed: gone });
  else if (gone.length === 0) cli.terminal.line("You were not logged in.");
  else {
    cli.terminal.line(`Deleted ${gone.length === 1 ? "profile" : "profiles"} ${gone.join(", ")}.`);
    if (cli.terminal.isInteractive)
      cli.terminal.note('The key keeps working. "tembo key revoke" revokes it.');
  }
  return 0;
}

async function whoami(cli: Cli): Promise<Outcome> {
  const { source } = cli.access();
  const client = cli.client();
  const me = await client.me.retrieve();
  const from =
    typeof source === "object"
      ? `profile ${source.profile}`
      : source === "option"
        ? "--api-key"
        : "TEMBO_API_KEY";
  const [organization, member, version] = await Promise.all([
    me.orgId === null ? null : client.organizations.retrieve(me.orgId),
    memberOf(client, me),
    versionOf(client),
  ]);
  const name = [member?.firstName, member?.lastName].filter(Boolean).join(" ");
  const whole = {
    url: client.baseURL,
    key: from,
    version,
    ...me,
    organization: organization?.name ?? null,
    name: name === "" ? null : name,
    emailAddress: member?.emailAddress ?? null,
    role: member?.role ?? null,
  };
  return answerFields(cli, whole, [
    ["server", version === null ? client.baseURL : `${client.baseURL} (version ${version})`],
    ["key from", from],
    ["organization", organization === null ? "none" : `${organization.name} (${organization.id})`],
    ["name", whole.name],
    ["email", whole.emailAddress],
    ["role", whole.role && roleCell(whole.role)],
    ["user", me.userId],
  ]);
}

async function memberOf(client: Tembo, { orgId, userId }: Me): Promise<OrganizationMember | null> {
  if (orgId === null || userId === null) return null;
  const members = await allPages((cursor) =>
    client.organizations.members.list(orgId, { status: "active", cursor, limit: 100 }),
  );
  return members.find((member) => member.userId === userId) ?? null;
}

/** Returns the server's version, or null if the request fails or the response contains no version. */
async function versionOf(client: Tembo): Promise<string | null> {
  try {
    const { version } = await client.request<{ version?: unknown }>({ method: "GET", path: "/healthz" });
    return typeof version === "string" ? version : null;
  } catch (error) {
    if (error instanceof APIError) return null;
    throw error;
  }
}

async function listProfiles(cli: Cli): Promise<Outcome> {
  const { current, profiles } = readProfiles(profileFile(cli), cli.machine);
  const items = Object.entries(profiles).map(([name, { url }]) => ({
    name,
    url,
    isCurrent: name === current,
  }));
  return answerItems(cli, items, {
    NAME: ({ name }) => name,
    URL: ({ url }) => url,
    CURRENT: ({ isCurrent }) => (isCurrent ? "yes" : "-"),
  });
}

async function useProfile(cli: Cli, name: string): Promise<Outcome> {
  const file = profileFile(cli);
  const { profiles } = readProfiles(file, cli.machine);
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) throw unknown(name);
  writeProfiles(file, { current: name, profiles }, cli.machine);
  if (cli.isJson) cli.terminal.json({ profile: name, url: profile.url });
  else cli.terminal.line(`Switched to profile ${name} (${profile.url}).`);
  return 0;
}

function unknown(name: string): CommandError {
  return new MissingError(
    `Profile ${JSON.stringify(name)} was not found.`,
    '"tembo profile list" lists profiles.',
  );
}
