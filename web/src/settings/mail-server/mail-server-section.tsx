import { Alert, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { mailServerQuery, notificationsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Panel, Section, useIsAdmin } from "../kit/section.tsx";
import { SendTest } from "../notifications/send-test.tsx";
import { DeleteButton } from "./delete-button.tsx";
import { MailServerForm } from "./mail-server-form.tsx";

const words = settingsText.mailServer;

export default function MailServerSection() {
  return (
    <Section title={settingsText.names["mail-server"]} about={words.about}>
      {useIsAdmin() ? (
        <MailServerPanels />
      ) : (
        <Text size="sm" c="dimmed">
          {settingsText.adminsAlone}
        </Text>
      )}
    </Section>
  );
}

function MailServerPanels() {
  const { id, organizationId } = usePerson();
  const query = useQuery(mailServerQuery(organizationId));
  const settings = useQuery(notificationsQuery(id));
  const server = query.data?.mailServer ?? null;
  return (
    <>
      {server?.lastFailure != null && (
        <Alert color="red" title={words.lastFailure}>
          {server.lastFailure.reason} <TimeAgo at={server.lastFailure.at} />
        </Alert>
      )}
      <Panel title={words.title}>
        <Loaded query={query}>{({ mailServer }) => <MailServerForm server={mailServer} />}</Loaded>
      </Panel>
      {server !== null && (
        <>
          <Panel title={words.test.title} about={words.test.about}>
            <Loaded query={settings}>
              {({ emailProblem }) => <SendTest channel="email" problem={emailProblem} />}
            </Loaded>
          </Panel>
          <DeleteButton />
        </>
      )}
    </>
  );
}
