import { useQuery } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { organizationSettingsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Loaded } from "../kit/loaded.tsx";
import { ReadOnlyNote, Section } from "../kit/section.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import { NamePanel } from "./name-panel.tsx";
import { PolicyPanel } from "./policy-panel.tsx";
import { PullRequestsPanel } from "./pull-requests-panel.tsx";
import { SessionsPanel } from "./sessions-panel.tsx";

export default function OrganizationSection() {
  const { organizationId } = usePerson();
  const organization = useQuery({
    queryKey: ["organization", organizationId],
    queryFn: ({ signal }) => tembo.organizations.retrieve(organizationId, { signal }),
  });
  const settings = useQuery(organizationSettingsQuery(organizationId));
  return (
    <Section title={settingsText.names.organization} about={settingsText.organization.about}>
      <ReadOnlyNote />
      <Loaded query={organization}>{(data) => <NamePanel organization={data} />}</Loaded>
      <Loaded query={settings}>
        {(data) => (
          <>
            <SessionsPanel settings={data.settings} />
            <PullRequestsPanel settings={data.settings} />
          </>
        )}
      </Loaded>
      <PolicyPanel />
      <Loaded query={organization}>{(data) => <DeletePanel organization={data} />}</Loaded>
    </Section>
  );
}
