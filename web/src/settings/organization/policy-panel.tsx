import { NativeSelect, NumberInput, Radio, SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { PermissionPolicy } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Panel, useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { type PresetName, presetOf, presets } from "./policy-presets.ts";

const words = settingsText.organization.policy;
type Kind = keyof PermissionPolicy["rules"];
type Rule = PermissionPolicy["rules"][Kind];
const kinds = Object.keys(words.kinds) as Kind[];
const CUSTOM = "custom";
const rules = (["ask", "allow", "deny"] as const).map((value) => ({ value, label: words.rules[value] }));

export function PolicyPanel() {
  const { organizationId } = usePerson();
  const query = useQuery({
    queryKey: ["permission-policy", organizationId],
    queryFn: ({ signal }) => tembo.organizations.permissionPolicy.retrieve(organizationId, { signal }),
  });
  return (
    <Panel title={words.title} about={words.about}>
      <Loaded query={query}>{(policy) => <PolicyForm policy={policy} />}</Loaded>
    </Panel>
  );
}

function PolicyForm({ policy }: { readonly policy: PermissionPolicy }) {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const [draft, setDraft] = useState(policy);
  const preset = presetOf(draft.rules);
  const [isCustomChosen, setCustom] = useState(false);
  const isCustom = isCustomChosen || preset === null;
  const save = useChange(() => tembo.organizations.permissionPolicy.update(organizationId, draft), {
    stale: [["permission-policy", organizationId]],
    done: settingsText.saved,
  });
  const isChanged =
    draft.timeoutSeconds !== policy.timeoutSeconds ||
    draft.onTimeout !== policy.onTimeout ||
    kinds.some((kind) => draft.rules[kind] !== policy.rules[kind]);
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged} readOnly={!isAdmin}>
      <Radio.Group
        label={words.preset}
        value={isCustom ? CUSTOM : preset!}
        onChange={(value) => {
          setCustom(value === CUSTOM);
          if (value !== CUSTOM) setDraft({ ...draft, rules: presets[value as PresetName] });
        }}
      >
        <Stack gap="xs" mt="xs">
          {([...(Object.keys(presets) as PresetName[]), CUSTOM] as const).map((name) => (
            <Radio
              key={name}
              value={name}
              label={words.presets[name].label}
              description={words.presets[name].about}
              disabled={!isAdmin}
            />
          ))}
        </Stack>
      </Radio.Group>
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
        {isCustom &&
          kinds.map((kind) => (
            <NativeSelect
              key={kind}
              label={words.kinds[kind]}
              data={rules}
              value={draft.rules[kind]}
              onChange={(event) =>
                setDraft({ ...draft, rules: { ...draft.rules, [kind]: event.currentTarget.value as Rule } })
              }
              disabled={!isAdmin}
            />
          ))}
        <NumberInput
          label={words.timeout}
          value={draft.timeoutSeconds / 60}
          onChange={(value) =>
            typeof value === "number" && setDraft({ ...draft, timeoutSeconds: Math.round(value * 60) })
          }
          min={1 / 60}
          max={24 * 60}
          decimalScale={2}
          readOnly={!isAdmin}
        />
        <NativeSelect
          label={words.onTimeout}
          data={rules.filter(({ value }) => value !== "ask")}
          value={draft.onTimeout}
          onChange={(event) =>
            setDraft({ ...draft, onTimeout: event.currentTarget.value as PermissionPolicy["onTimeout"] })
          }
          disabled={!isAdmin}
        />
      </SimpleGrid>
    </Form>
  );
}
