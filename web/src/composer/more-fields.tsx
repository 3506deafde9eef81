import { NumberInput, Select, TextInput } from "@mantine/core";
import { sandboxSizes } from "@tembo-io/sdk";
import { text } from "../text/index.ts";
import type { Draft } from "./draft.ts";

const { size, egress, visibility } = text.composer;
const sizes = sandboxSizes.map((value) => ({
  value,
  label: size[value],
}));
const presets = (["none", "registries", "open"] as const).map((value) => ({ value, label: egress[value] }));
const viewers = (["public", "private"] as const).map((value) => ({ value, label: visibility[value] }));

/** Fields that most sessions leave at their defaults. */
export function MoreFields({
  draft,
  targetHint,
  errorOf,
  onChange,
}: {
  readonly draft: Draft;
  /** Branch that pull requests target if none is entered. */
  readonly targetHint: string;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
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
        placeholder={size.usual}
        data={sizes}
        value={draft.sandboxSize === "" ? null : draft.sandboxSize}
        error={errorOf("sandboxSize")}
        onChange={(value) => onChange({ sandboxSize: value ?? "" })}
        clearable
      />
      <Select
        label={egress.label}
        placeholder={egress.usual}
        data={presets}
        value={draft.egress === "" ? null : draft.egress}
        error={errorOf("egress")}
        onChange={(value) => onChange({ egress: value ?? "" })}
        clearable
      />
      <NumberInput
        label={text.composer.budget}
        placeholder={text.composer.noBudget}
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
