import { Badge, NativeSelect, Text } from "@mantine/core";
import type { OrganizationMember } from "@tembo-io/sdk";
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
  const remove = useChange(() => tembo.organizations.members.delete(organizationId, member.id), {
    stale: [["members"], ["api-keys"]],
  });
  return (
    <Row
      title={name}
      mark={
        isSelf && (
          <Badge size="sm" variant="light">
            {words.you}
          </Badge>
        )
      }
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

function nameOf({ firstName, lastName, emailAddress }: OrganizationMember): string {
  return [firstName, lastName].filter(Boolean).join(" ") || emailAddress;
}
