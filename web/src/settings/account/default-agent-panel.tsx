import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { userSettingsQuery } from "../../api/settings-queries.ts";
import { useOrganizationAgentName } from "../../api/use-agent-names.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { AgentSelect } from "../kit/agent-select.tsx";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.account.agent;

export function DefaultAgentPanel() {
  const { id } = usePerson();
  const query = useQuery(userSettingsQuery(id));
  return (
    <Panel title={words.title} about={words.about}>
      <Loaded query={query}>
        {({ defaultAgent }) => <DefaultAgentForm userId={id} defaultAgent={defaultAgent ?? ""} />}
      </Loaded>
    </Panel>
  );
}

function DefaultAgentForm({
  userId,
  defaultAgent,
}: {
  readonly userId: string;
  readonly defaultAgent: string;
}) {
  const [agent, setAgent] = useState(defaultAgent);
  const save = useChange(
    () => tembo.users.settings.update(userId, { defaultAgent: agent === "" ? null : agent }),
    { stale: [userSettingsQuery(userId).queryKey], done: settingsText.saved },
  );
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={agent !== defaultAgent}>
      <AgentSelect
        label={words.label}
        placeholder={words.none(useOrganizationAgentName())}
        value={agent}
        onChange={setAgent}
      />
    </Form>
  );
}
