import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Rows } from "../kit/rows.tsx";
import { Panel, ReadOnlyNote, Section, useIsAdmin } from "../kit/section.tsx";
import { usePages } from "../kit/use-pages.ts";
import { InvitationRow } from "./invitation-row.tsx";
import { InvitePanel } from "./invite-panel.tsx";
import { MemberRow } from "./member-row.tsx";

const words = settingsText.members;

export default function MembersSection() {
  const isAdmin = useIsAdmin();
  const members = useMembers("active");
  const invitations = useMembers("pending");
  return (
    <Section title={settingsText.names.members} about={words.about}>
      <ReadOnlyNote />
      {isAdmin && <InvitePanel />}
      <Panel title={words.list}>
        <Rows query={members.query} label={words.list} empty={words.empty}>
          {members.items.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </Rows>
      </Panel>
      <Panel title={words.invitations}>
        <Rows query={invitations.query} label={words.invitations} empty={words.noInvitations}>
          {invitations.items.map((member) => (
            <InvitationRow key={member.id} invitation={member} />
          ))}
        </Rows>
      </Panel>
    </Section>
  );
}

function useMembers(status: "active" | "pending") {
  const { organizationId } = usePerson();
  return usePages(["members", status], ({ cursor, signal }) =>
    tembo.organizations.members.list(organizationId, { status, cursor }, { signal }),
  );
}
