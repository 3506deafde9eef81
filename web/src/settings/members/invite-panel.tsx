import { Group, NativeSelect, TextInput } from "@mantine/core";
import type { UserInvitationBody } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Panel } from "../kit/section.tsx";
import { ShownOnce } from "../kit/shown-once.tsx";
import { useChange } from "../kit/use-change.ts";
import { roles } from "./member-row.tsx";

const words = settingsText.members;
type Role = NonNullable<UserInvitationBody["role"]>;

export function InvitePanel() {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("org:member");
  const [link, setLink] = useState<string | null>(null);
  const invite = useChange(() => tembo.users.invite({ email: email.trim(), role }), {
    stale: [["members"]],
    onDone: ({ url }) => {
      setLink(url);
      setEmail("");
    },
  });
  return (
    <Panel title={words.invite} about={words.inviteAbout}>
      <Form change={invite} onSubmit={() => invite.mutate()} submit={words.makeLink} canSubmit={email !== ""}>
        <Group align="flex-end" grow preventGrowOverflow={false}>
          <TextInput
            type="email"
            label={words.email}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="off"
            maxLength={255}
            miw={200}
          />
          <NativeSelect
            label={words.role}
            data={roles}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
            maw={180}
          />
        </Group>
      </Form>
      <ShownOnce title={words.link} about={words.linkAbout} value={link} onClose={() => setLink(null)} />
    </Panel>
  );
}
