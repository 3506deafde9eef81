import { settingsText } from "../../text/settings/index.ts";
import { Section } from "../kit/section.tsx";
import { DefaultAgentPanel } from "./default-agent-panel.tsx";
import { ForgeNamesPanel } from "./forge-names-panel.tsx";
import { PasswordPanel } from "./password-panel.tsx";
import { ProfilePanel } from "./profile-panel.tsx";
import { SendingPanel } from "./sending-panel.tsx";
import { SignInsPanel } from "./sign-ins-panel.tsx";

export default function AccountSection() {
  return (
    <Section title={settingsText.names.account} about={settingsText.account.about}>
      <ProfilePanel />
      <ForgeNamesPanel />
      <DefaultAgentPanel />
      <SendingPanel />
      <PasswordPanel />
      <SignInsPanel />
    </Section>
  );
}
