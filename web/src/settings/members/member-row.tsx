import { Badge, Group, NativeSelect, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { MemberAccount, OrganizationMember } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { whoQuery } from "../../api/who-query.ts";
import { Refusal } from "../../components/refusal.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Row } from "../kit/rows.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { MemberSignIns } from "./member-sign-ins.tsx";

const words = settingsText.members;
type Role = OrganizationMember["role"];
export const roles = (["org:member", "org:admin"] as const).map((value) => ({
  value,
  label: settingsText.roles[value],
}));

export function MemberRow({ member }: { readonly member: OrganizationMember }) {
  const person = usePerson();
  const isAdmin = useIsAdmin();
  const name = nameOf(member);
  const isSelf = member.userId === person.id;
  const { organizationId } = person;
  const change = useChange(
    (role: Role) => tembo.organizations.members.update(organizationId, member.id, { role }),
    { stale: [["members"], whoQuery.queryKey], done: words.changed },
  );
  const { data: account } = useQuery({
    queryKey: ["members", "account", member.id],
    queryFn: ({ signal }) =>
      tembo.organizations.members.retrieveAccount(organizationId, member.id, { signal }),
  });
  const remove = useChange(() => tembo.organizations.members.delete(organizationId, member.id), {
    stale: [["members"], ["api-keys"]],
  });
  return (
    <Row
      title={name}
      mark={<Marks account={account} isSelf={isSelf} />}
      about={
        <>
          {member.emailAddress} · {words.joined} <TimeAgo at={member.createdAt} />
        </>
      }
    >
      {isAdmin ? (
        <NativeSelect
          size="xs"
          aria-label={words.roleOf(name)}
          data={roles}
          value={member.role}
          onChange={(event) => change.mutate(event.currentTarget.value as Role)}
          disabled={change.isPending}
        />
      ) : (
        <Text size="sm">{settingsText.roles[member.role]}</Text>
      )}
      {isAdmin && <AccountButtons member={member} account={account} name={name} />}
      {isAdmin && !isSelf && (
        <ConfirmButton
          label={settingsText.remove}
          name={settingsText.removeOf(name)}
          question={words.removeQuestion(name)}
          consequence={words.removeConsequence}
          change={remove}
        />
      )}
      <Refusal error={change.error} />
    </Row>
  );
}

interface Marked {
  /** The account, or undefined until it has loaded. */
  readonly account: MemberAccount | undefined;
  readonly isSelf: boolean;
}

function Marks({ account, isSelf }: Marked) {
  const marks = [
    isSelf && words.you,
    account?.isManaged === true && words.managed,
    account?.emailVerified === false && words.unverified,
  ].filter((mark) => mark !== false);
  return (
    <Group component="span" display="inline-flex" gap={4}>
      {marks.map((mark) => (
        <Badge key={mark} size="sm" variant="light" component="span">
          {mark}
        </Badge>
      ))}
    </Group>
  );
}

/** Admin actions for a member's account. */
function AccountButtons({
  member,
  account,
  name,
}: Pick<Marked, "account"> & { readonly member: OrganizationMember; readonly name: string }) {
  const { organizationId } = usePerson();
  const { id, emailAddress } = member;
  const { members } = tembo.organizations;
  const confirm = useChange(() => members.confirmAddress(organizationId, id, { emailAddress }), {
    stale: [["members"]],
    done: words.confirmed,
  });
  return (
    <>
      {account?.emailVerified === false && (
        <ConfirmButton
          label={words.confirm}
          name={words.confirmOf(name)}
          question={words.confirmQuestion(emailAddress)}
          consequence={words.confirmConsequence}
          change={confirm}
          color="teal"
        />
      )}
      <MemberSignIns member={member} name={name} />
    </>
  );
}

function nameOf({ firstName, lastName, emailAddress }: OrganizationMember): string {
  return [firstName, lastName].filter(Boolean).join(" ") || emailAddress;
}
