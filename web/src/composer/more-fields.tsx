import { NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { maxLabels } from "@tembo-io/sdk";
import { budgetQuery } from "../api/settings-queries.ts";
import { usePerson } from "../api/who.ts";
import { formatDollars } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import type { Draft } from "./draft.ts";

const { visibility } = text.composer;
const viewers = (["public", "private"] as const).map((value) => ({ value, label: visibility[value] }));

/** Additional fields, which most sessions leave at their defaults. */
export function MoreFields({
  isOpen,
  draft,
  targetHint,
  reasoningLevels,
  errorOf,
  onChange,
}: {
  readonly isOpen: boolean;
  readonly draft: Draft;
  /** Default target branch of pull requests, if none is entered. */
  readonly targetHint: string;
  /** Reasoning levels of the model. */
  readonly reasoningLevels: readonly string[];
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const usualBudget = useUsualBudget(isOpen);
  return (
    <>
      {reasoningLevels.length > 0 && (
        <Select
          label={text.composer.reasoning}
          placeholder={text.composer.usualReasoning}
          data={reasoningLevels.map((level) => ({
            value: level,
            label: text.composer.reasoningLevels[level] ?? level,
          }))}
          value={draft.reasoningLevel === "" ? null : draft.reasoningLevel}
          onChange={(reasoningLevel) => onChange({ reasoningLevel: reasoningLevel ?? "" })}
          clearable
        />
      )}
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
      <TagsInput
        label={text.composer.runsOn}
        placeholder={draft.runsOn.length === 0 ? text.composer.runsOnHint : ""}
        value={[...draft.runsOn]}
        error={errorOf("runsOn")}
        onChange={(runsOn) => onChange({ runsOn })}
        splitChars={[",", " "]}
        maxTags={maxLabels}
      />
      <NumberInput
        label={text.composer.budget}
        placeholder={text.composer.usualBudget(usualBudget)}
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

/** Returns the organization's budget for a session, or null until it has loaded. Loads it only if `enabled`. */
function useUsualBudget(enabled: boolean): string | null {
  const { organizationId } = usePerson();
  const { data: limits } = useQuery({ ...budgetQuery(organizationId), enabled });
  if (limits === undefined) return null;
  return limits.perSessionUsd === null ? text.composer.noBudget : formatDollars(limits.perSessionUsd);
}
