import { Switch, Textarea } from "@mantine/core";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Panel, useIsAdmin } from "../kit/section.tsx";
import { type Settings, useDraft } from "./use-draft.ts";

const words = settingsText.organization.pulls;
const texts = [
  { name: "commitInstructions", label: words.commits },
  { name: "prTitleInstructions", label: words.titles },
] as const;
const switches = [
  { name: "draftPrs", label: words.draft },
  { name: "featureMentionAuthor", label: words.mention },
  { name: "deleteBranchWhenPrClosed", label: words.deleteBranch },
  { name: "enableGithubActionsBot", label: words.checks },
  { name: "shouldSignCommits", label: words.sign },
] as const;

export function PullRequestsPanel({ settings }: { readonly settings: Settings }) {
  const isAdmin = useIsAdmin();
  const { value, set, isChanged, save } = useDraft(settings);
  return (
    <Panel title={words.title}>
      <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged} readOnly={!isAdmin}>
        {texts.map(({ name, label }) => (
          <Textarea
            key={name}
            label={label}
            value={value[name]}
            onChange={(event) => set({ [name]: event.currentTarget.value })}
            autosize
            minRows={2}
            maxRows={10}
            dir="auto"
            readOnly={!isAdmin}
          />
        ))}
        {switches.map(({ name, label }) => (
          <Switch
            key={name}
            label={label}
            checked={value[name]}
            onChange={(event) => set({ [name]: event.currentTarget.checked })}
            disabled={!isAdmin}
          />
        ))}
      </Form>
    </Panel>
  );
}
