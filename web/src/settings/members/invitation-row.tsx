import type { OrganizationMember } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Row } from "../kit/rows.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.members;

export function InvitationRow({ invitation }: { readonly invitation: OrganizationMember }) {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const { id, emailAddress, role, createdAt } = invitation;
  const takeBack = useChange(() => tembo.organizations.members.delete(organizationId, id), {
    stale: [["members"]],
  });
  return (
    <Row
      title={emailAddress}
      about={
        <>
          {settingsText.roles[role]} · {words.invited} <TimeAgo at={createdAt} />
        </>
      }
    >
      {isAdmin && (
        <ConfirmButton
          label={words.takeBack}
          name={words.takeBackOf(emailAddress)}
          question={words.takeBackQuestion}
          consequence={words.takeBackConsequence(emailAddress)}
          change={takeBack}
        />
      )}
    </Row>
  );
}
