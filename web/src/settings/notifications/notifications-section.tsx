import { useQuery } from "@tanstack/react-query";
import { notificationsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Panel, Section } from "../kit/section.tsx";
import { BrowsersPanel } from "./browsers-panel.tsx";
import { ChoicesForm } from "./choices-form.tsx";
import { QuietHoursForm } from "./quiet-hours-form.tsx";
import { SendTest } from "./send-test.tsx";

const words = settingsText.notifications;

export default function NotificationsSection() {
  const query = useQuery(notificationsQuery(usePerson().id));
  return (
    <Section title={settingsText.names.notifications} about={words.about}>
      <Panel title={words.choices.title} about={words.choices.about}>
        <Loaded query={query}>{(settings) => <ChoicesForm settings={settings} />}</Loaded>
      </Panel>
      <Panel title={words.quiet.title} about={words.quiet.about}>
        <Loaded query={query}>{({ quietHours }) => <QuietHoursForm quietHours={quietHours} />}</Loaded>
      </Panel>
      <Panel title={words.email.title} about={words.email.about}>
        <Loaded query={query}>
          {({ emailProblem }) => <SendTest channel="email" problem={emailProblem} />}
        </Loaded>
      </Panel>
      <BrowsersPanel />
    </Section>
  );
}
