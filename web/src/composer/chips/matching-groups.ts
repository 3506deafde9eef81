export interface ChipOption {
  readonly value: string;
  readonly label: string;
  /** Second line of the option. */
  readonly note?: string;
  readonly isDisabled?: boolean;
}

export interface ChipGroup {
  /** Heading of the group, or null if it has none. */
  readonly label: string | null;
  readonly options: readonly ChipOption[];
}

/**
 * Returns the options that contain every typed word in their label, their note or the label of their group. Omits groups
 * without such options. Pure.
 */
export function matchingGroups(groups: readonly ChipGroup[], typed: string): readonly ChipGroup[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap(({ label, options }) => {
    const matching = options.filter((option) => {
      const name = `${label ?? ""} ${option.label} ${option.note ?? ""}`.toLowerCase();
      return words.every((word) => name.includes(word));
    });
    return matching.length === 0 ? [] : [{ label, options: matching }];
  });
}
