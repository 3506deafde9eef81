import { NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { egressPresetName, maxLabels, sandboxSizeName, sandboxSizes } from "@tembo-io/sdk";
import { budgetQuery, egressQuery, organizationSettingsQuery } from "../api/settings-queries.ts";
import { usePerson } from "../api/who.ts";
import { formatDollars } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import type { Draft } from "./draft.ts";

const { size, egress, visibility } = text.composer;
const sizes = sandboxSizes.map((value) => ({ value, label: sandboxSizeName(value) }));
const presets = (["none", "registries", "open"] as const).map((value) => ({
  value,
  label: egressPresetName(value),
}));
const viewers = (["public", "private"] as const).map((value) => ({ value, label: visibility[value] }));

/** Additional fields, which most sessions leave at their defaults. */
export function MoreFields({
  isOpen,
  draft,
  targetHint,
  errorOf,
  onChange,
}: {
  readonly isOpen: boolean;
  readonly draft: Draft;
  /** Default target branch of pull requests, if none is entered. */
  readonly targetHint: string;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const defaults = useDefaults(isOpen);
  return (
    <>
      <TextInput
        label={text.composer.targetBranch}
        placeholder={targetHint}
        value={draft.targetBranch}
        error={errorOf("targetBranch")}
        onChange={({ currentTarget }) => onChange({ targetBranch: currentTarget.value })}
      />
      <TextInput
        label={text.composer.branchName}
        placeholder={text.composer.branchNameHint}
        value={draft.branchName}
        error={errorOf("branchName")}
        onChange={({ currentTarget }) => onChange({ branchName: currentTarget.value })}
      />
      <Select
        label={size.label}
        placeholder={size.usual(defaults.size)}
        data={sizes}
        value={draft.sandboxSize === "" ? null : draft.sandboxSize}
        error={errorOf("sandboxSize")}
        onChange={(value) => onChange({ sandboxSize: value ?? "" })}
        clearable
      />
      <TagsInput
        label={text.composer.runsOn}
        placeholder={draft.runsOn.length === 0 ? text.composer.runsOnHint : ""}
        value={[...draft.runsOn]}
        error={errorOf("runsOn")}
        onChange={(runsOn) => onChange({ runsOn })}
        splitChars={[",", " "]}
        maxTags={maxLabels}
      />
      <Select
        label={egress.label}
        placeholder={egress.usual(defaults.egress)}
        data={presets}
        value={draft.egress === "" ? null : draft.egress}
        error={errorOf("egress")}
        onChange={(value) => onChange({ egress: value ?? "" })}
        clearable
      />
      <NumberInput
        label={text.composer.budget}
        placeholder={text.composer.usualBudget(defaults.budget)}
        value={draft.budgetUsd}
        error={errorOf("budgetUsd")}
        onChange={(value) => onChange({ budgetUsd: String(value) })}
        min={0}
        max={1_000_000}
        decimalScale={2}
        hideControls
      />
      <Select
        label={visibility.label}
        data={viewers}
        value={draft.visibility}
        onChange={(value) => onChange({ visibility: value ?? "public" })}
        allowDeselect={false}
      />
    </>
  );
}

/** Returns the names of the organization's defaults, each null until it has loaded. Loads them only if `enabled`. */
function useDefaults(enabled: boolean) {
  const { organizationId } = usePerson();
  const { data: settings } = useQuery({ ...organizationSettingsQuery(organizationId), enabled });
  const { data: network } = useQuery({ ...egressQuery(organizationId), enabled });
  const { data: limits } = useQuery({ ...budgetQuery(organizationId), enabled });
  const perSession = limits?.perSessionUsd;
  return {
    size: settings === undefined ? null : sandboxSizeName(settings.settings.defaultSandboxSize),
    egress: network === undefined ? null : egressPresetName(network.preset),
    budget:
      perSession === undefined
        ? null
        : perSession === null
          ? text.composer.noBudget
          : formatDollars(perSession),
  };
}
