import { Radio, Stack, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type EgressSetting, egressPresetName } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { egressQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Panel, ReadOnlyNote, Section, useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.egress;
const presets = ["none", "registries", "custom", "open"] as const;

export default function EgressSection() {
  const { organizationId } = usePerson();
  const query = useQuery(egressQuery(organizationId));
  return (
    <Section title={settingsText.names.egress} about={words.about}>
      <ReadOnlyNote />
      <Panel title={words.preset}>
        <Loaded query={query}>{(egress) => <EgressForm egress={egress} />}</Loaded>
      </Panel>
    </Section>
  );
}

function EgressForm({ egress }: { readonly egress: EgressSetting }) {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const [preset, setPreset] = useState(egress.preset);
  const [allow, setAllow] = useState(egress.allow);
  const save = useChange(() => tembo.organizations.egress.update(organizationId, { preset, allow }), {
    stale: [egressQuery(organizationId).queryKey],
    done: settingsText.saved,
  });
  const isChanged = preset !== egress.preset || allow.join(" ") !== egress.allow.join(" ");
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged} readOnly={!isAdmin}>
      <Radio.Group
        aria-label={words.preset}
        value={preset}
        onChange={(value) => setPreset(value as EgressSetting["preset"])}
      >
        <Stack gap="sm">
          {presets.map((name) => (
            <Radio
              key={name}
              value={name}
              label={egressPresetName(name)}
              description={words.presets[name]}
              disabled={!isAdmin}
            />
          ))}
        </Stack>
      </Radio.Group>
      {(preset === "registries" || preset === "custom") && (
        <TagsInput
          label={words.allow}
          description={words.allowHint}
          value={allow}
          onChange={setAllow}
          splitChars={[",", " ", "\n"]}
          maxTags={500}
          acceptValueOnBlur
          readOnly={!isAdmin}
        />
      )}
    </Form>
  );
}
