import { Argument, Option } from "commander";
import { answer, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { roleCell } from "../../names.ts";
import { ownOrganization } from "../../own-organization.ts";
import { allPages } from "../../pages.ts";
import { getMember } from "./get-member.ts";

const roles = ["member", "admin"] as const;
type Role = (typeof roles)[number];
const which = "email address or member ID";

export function addMemberCommands({ program, runs }: Registry): void {
  const member = program.command("member").description("manage members of the organization");
  member
    .command("list")
    .description("list members, newest first")
    .option("--search <text>", "filter by part of a name or email address")
    .option("--pending", "list pending invitations instead")
    .action(runs(list));
  member
    .command("add")
    .description("create a managed account for a program, with an API key that is shown only once")
    .argument("<address>", "email address")
    .addOption(new Option("--role <role>", "role of the member").choices(roles).default("member"))
    .option("--no-key", "only create the invitation; create a key later with: tembo key create --for ADDRESS")
    .action(runs(add));
  member
    .command("role")
    .description("change the role of a member")
    .argument("<member>", which)
    .addArgument(
      new Argument("<role>", "new role; admins can also change organization settings").choices(roles),
    )
    .action(runs(changeRole));
  member
    .command("confirm")
    .description("confirm a member's email address, which is then used in their commits")
    .argument("<member>", which)
    .action(runs(confirmAddress));
  member
    .command("sign-ins")
    .description("list the browsers in which a member is signed in")
    .argument("<member>", which)
    .action(runs(signIns));
  member
    .command("sign-out")
    .description("sign a member out of one browser or all browsers; their API keys keep working")
    .argument("<member>", which)
    .argument("[sign-in]", 'sign-in ID from "tembo member sign-ins" (default: all)')
    .action(runs(signOut));
  member
    .command("remove")
    .description("remove a member and revoke their API keys, or cancel an invitation")
    .argument("<member>", which)
    .action(runs(remove));
}

async function list(
  cli: Cli,
  { search, pending }: { readonly search?: string; readonly pending?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const organizationId = await ownOrganization(client);
  const query = { search, status: pending ? ("pending" as const) : ("active" as const) };
  return answerList(
    cli,
    (cursor) => client.organizations.members.list(organizationId, { ...query, cursor, limit: 100 }),
    {
      ID: ({ id }) => id,
      EMAIL: ({ emailAddress }) => emailAddress,
      ROLE: ({ role }) => roleCell(role),
      NAME: ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(" ") || "-",
      SINCE: ({ createdAt }) => createdAt,
    },
  );
}

async function add(
  cli: Cli,
  emailAddress: string,
  { role, key: isKeyed }: { readonly role: Role; readonly key: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const organizationId = await ownOrganization(client);
  const member = await client.organizations.members.create(organizationId, {
    emailAddress,
    role: `org:${role}`,
  });
  const key = isKeyed ? await client.apiKeys.create({ memberId: member.id }) : null;
  return answer(cli, { member, key }, () => {
    if (key === null) return cli.terminal.line(`Invited ${emailAddress} (${member.id}).`);
    cli.terminal.line(key.token);
    if (cli.terminal.isInteractive)
      cli.terminal.note(
        `Store this API key for ${emailAddress}. It is not shown again. Set it as TEMBO_API_KEY where the program runs.`,
      );
  });
}

async function changeRole(cli: Cli, named: string, role: Role): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await getMember(client, named);
  const body = { role: `org:${role}` } as const;
  const changed = await client.organizations.members.update(organizationId, member.id, body);
  return answerSentence(
    cli,
    changed,
    `${changed.emailAddress} is now ${role === "admin" ? "an admin" : "a member"}.`,
  );
}

async function confirmAddress(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await getMember(client, named);
  const { emailAddress } = member;
  const body = { emailAddress };
  const changed = await client.organizations.members.confirmAddress(organizationId, member.id, body);
  return answerSentence(cli, changed, `Confirmed ${emailAddress}.`);
}

async function signIns(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await getMember(client, named);
  const { items } = await client.organizations.members.listSignIns(organizationId, member.id);
  const hasKeys = !cli.isJson && items.some(({ apiKeyId }) => apiKeyId !== null);
  const keys = hasKeys ? await allPages((cursor) => client.apiKeys.list({ cursor, limit: 100 })) : [];
  const keyName = (id: string) => keys.find((key) => key.id === id)?.name ?? id;
  return answerList(cli, async () => ({ items, nextCursor: null }), {
    ID: ({ id }) => id,
    BROWSER: ({ userAgent }) => userAgent ?? "-",
    "SIGNED IN": ({ createdAt }) => createdAt,
    "IP ADDRESS": ({ address }) => address ?? "-",
    "LAST USED": ({ lastUsedAt }) => lastUsedAt ?? "never",
    "API KEY": ({ apiKeyId }) => (apiKeyId === null ? "-" : { text: keyName(apiKeyId), raw: apiKeyId }),
  });
}

async function signOut(cli: Cli, named: string, signInId: string | undefined): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await getMember(client, named);
  if (signInId !== undefined) {
    const one = await client.organizations.members.endSignIn(organizationId, member.id, signInId);
    return answerSentence(cli, one, `Signed ${member.emailAddress} out of one browser.`);
  }
  const ended = await client.organizations.members.endSignIns(organizationId, member.id);
  return answerSentence(cli, ended, `Signed ${member.emailAddress} out of all browsers.`);
}

async function remove(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await getMember(client, named);
  await confirm(cli, `${member.emailAddress} loses access, and their API keys stop working.`);
  const deleted = await client.organizations.members.delete(organizationId, member.id);
  return answerSentence(cli, deleted, `Removed ${member.emailAddress}.`);
}
