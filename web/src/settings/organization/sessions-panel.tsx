import { NativeSelect, Textarea } from "@mantine/core";
import { type SandboxSize, sandboxSizeName, sandboxSizes } from "@tembo-io/sdk";
import { settingsText } from "../../text/settings/index.ts";
import { AgentSelect } from "../kit/agent-select.tsx";
import { Form } from "../kit/form.tsx";
import { Panel, useIsAdmin } from "../kit/section.tsx";
import { type Settings, useDraft } from "./use-draft.ts";

const words = settingsText.organization.sessions;
const sizes = sandboxSizes.map((value) => ({ value, label: sandboxSizeName(value) }));

export function SessionsPanel({ settings }: { readonly settings: Settings }) {
  const isAdmin = useIsAdmin();
  const { value, set, isChanged, save } = useDraft(settings);
  return (
    <Panel title={words.title} about={words.about}>
      <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged} readOnly={!isAdmin}>
        <AgentSelect
          label={words.agent}
          placeholder={words.serverAgent}
          value={value.defaultAgent}
          onChange={(defaultAgent) => set({ defaultAgent })}
          readOnly={!isAdmin}
        />
        <NativeSelect
          label={words.size}
          data={sizes}
          value={value.defaultSandboxSize}
          onChange={(event) => set({ defaultSandboxSize: event.currentTarget.value as SandboxSize })}
          disabled={!isAdmin}
        />
        <Textarea
          label={words.system}
          description={words.systemHint}
          value={value.customSystemPrompt}
          onChange={(event) => set({ customSystemPrompt: event.currentTarget.value })}
          autosize
          minRows={3}
          maxRows={14}
          dir="auto"
          readOnly={!isAdmin}
        />
      </Form>
    </Panel>
  );
}
