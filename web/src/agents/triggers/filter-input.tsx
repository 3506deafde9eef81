import { Checkbox, MultiSelect, TagsInput } from "@mantine/core";
import { text } from "../../text/index.ts";
import type { EventFilter } from "./event-sources.ts";
import { labelOf, textsOf } from "./trigger-filters.ts";

/** Input for one event filter. `value` is undefined while the filter has its default value. */
export function FilterInput({
  name,
  filter,
  value,
  onChange,
}: {
  readonly name: string;
  readonly filter: EventFilter;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  // The description is a sentence, but a label has no final period.
  const label = (filter.description ?? name).replace(/\.$/, "");
  if (filter.type === "boolean") {
    const usual = filter.default ?? true;
    return (
      <Checkbox
        label={label}
        checked={typeof value === "boolean" ? value : usual}
        onChange={({ currentTarget: { checked } }) => onChange(checked === usual ? undefined : checked)}
      />
    );
  }
  const texts = { value: textsOf(value), onChange: (chosen: string[]) => onChange(undefinedIfEmpty(chosen)) };
  if (filter.items.enum !== undefined)
    return (
      <MultiSelect
        label={label}
        data={filter.items.enum.map((choice) => ({ value: choice, label: labelOf(choice) }))}
        {...texts}
      />
    );
  return (
    <TagsInput label={label} placeholder={text.agentStarts.triggers.typeHint} acceptValueOnBlur {...texts} />
  );
}

const undefinedIfEmpty = (chosen: string[]) => (chosen.length === 0 ? undefined : chosen);
