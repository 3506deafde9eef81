import { Argument, Option } from "commander";
import { answer, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { ownOrganization } from "../../own-organization.ts";
import { findMember } from "./find-member.ts";

const roles = ["member", "admin"] as const;
type Role = (typeof roles)[number];
const which = "an address, or an id as in the list";

/** `tembo member list|add|role|confirm|sign-ins|sign-out|remove`: members of the organization. */
export function addMemberCommands({ program, runs }: Registry): void {
  const member = program.command("member").description("the people of the organization");
  member
    .command("list")
    .description("list the people, newest first")
    .option("--search <text>", "part of a name or an address")
    .option("--pending", "those who were invited and have not joined, instead")
    .action(runs(list));
  member
    .command("add")
    .description("invite a person, and make the key that they join with; its token is shown this once")
    .argument("<address>", "email address")
    .addOption(new Option("--role <role>", "what they may do").choices(roles).default("member"))
    .option("--no-key", "only invite; an admin makes the key later: tembo key create --for ADDRESS")
    .action(runs(add));
  member
    .command("role")
    .description("change what a person may do")
    .argument("<member>", which)
    .addArgument(new Argument("<role>", "admins also change what is the organization's").choices(roles))
    .action(runs(changeRole));
  member
    .command("confirm")
    .description("confirm that the address of a person is theirs: their commits carry no other")
    .argument("<member>", which)
    .action(runs(confirmAddress));
  member
    .command("sign-ins")
    .description("list the browsers in which a person is signed in")
    .argument("<member>", which)
    .action(runs(signIns));
  member
    .command("sign-out")
    .description("end a person's sign-ins, or one of them; their API keys stay")
    .argument("<member>", which)
    .argument("[sign-in]", 'an id as in "tembo member sign-ins"; all without it')
    .action(runs(signOut));
  member
    .command("remove")
    .description("remove a person with their keys, or take an invitation back, at once")
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
      ADDRESS: ({ emailAddress }) => emailAddress,
      ROLE: ({ role }) => role.replace("org:", ""),
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
    if (key === null) return cli.terminal.line(`${emailAddress} is invited: ${member.id}`);
    cli.terminal.line(key.token);
    if (cli.terminal.isInteractive)
      cli.terminal.note(
        `Give it to ${emailAddress}: it is not shown again. Next, for them: tembo login --url ${client.baseURL}`,
      );
  });
}

async function changeRole(cli: Cli, named: string, role: Role): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await findMember(client, named);
  const body = { role: `org:${role}` } as const;
  const changed = await client.organizations.members.update(organizationId, member.id, body);
  return answerSentence(cli, changed, `${changed.emailAddress} is ${role} now.`);
}

async function confirmAddress(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await findMember(client, named);
  const { emailAddress } = member;
  const body = { emailAddress };
  const changed = await client.organizations.members.confirmAddress(organizationId, member.id, body);
  return answerSentence(cli, changed, `${emailAddress} is confirmed.`);
}

async function signIns(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await findMember(client, named);
  const { items } = await client.organizations.members.listSignIns(organizationId, member.id);
  return answerList(cli, async () => ({ items, nextCursor: null }), {
    ID: ({ id }) => id,
    BROWSER: ({ userAgent }) => userAgent ?? "-",
    "SIGNED IN": ({ createdAt }) => createdAt,
    ADDRESS: ({ address }) => address ?? "-",
    "LAST USED": ({ lastUsedAt }) => lastUsedAt ?? "never",
    "BY KEY": ({ apiKeyId }) => apiKeyId ?? "-",
  });
}

async function signOut(cli: Cli, named: string, signInId: string | undefined): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await findMember(client, named);
  if (signInId !== undefined) {
    const one = await client.organizations.members.endSignIn(organizationId, member.id, signInId);
    return answerSentence(cli, one, `This sign-in of ${member.emailAddress} has ended.`);
  }
  const ended = await client.organizations.members.endSignIns(organizationId, member.id);
  return answerSentence(cli, ended, `All sign-ins of ${member.emailAddress} have ended.`);
}

async function remove(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, member } = await findMember(client, named);
  await confirm(cli, `${member.emailAddress} loses access, and their API keys stop working.`);
  const deleted = await client.organizations.members.delete(organizationId, member.id);
  return answerSentence(cli, deleted, `${member.emailAddress} is removed.`);
}
