import { Combobox, useCombobox } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { type ComponentType, useEffect, useState } from "react";
import { visibleName } from "../../components/visible-name.ts";
import { text } from "../../text/index.ts";
import classes from "./chips.module.css";
import { type ChipGroup, type ChipOption, matchingGroups } from "./matching-groups.ts";

interface ChipProps {
  /** Name of the setting. */
  readonly label: string;
  readonly icon: ComponentType<{ readonly size: number; readonly "aria-hidden": true }>;
  /** Current value, which the chip shows. */
  readonly shown: string;
  readonly groups: readonly ChipGroup[];
  readonly chosen: readonly string[];
  readonly onChoose: (value: string) => void;
  /** True if the list stays open after a choice, because several options can be chosen. */
  readonly isMultiple?: boolean;
  readonly isSearchable?: boolean;
  /** Receives the typed text if the parent filters the options. */
  readonly onSearch?: (typed: string) => void;
  readonly onOpen?: () => void;
  /** True if only the icon is visible in a narrow window. */
  readonly isTool?: boolean;
  /** Side on which the list opens. */
  readonly side?: "top" | "bottom";
  /** Message for a list without options. */
  readonly emptyText?: string;
  /** ID of the element that describes what is wrong with the value, if anything is. */
  readonly errorId?: string | undefined;
}

/** Quiet button for one setting of a session, which opens a list of its options. */
export function Chip({
  label,
  icon: Icon,
  shown,
  groups,
  chosen,
  onChoose,
  isMultiple = false,
  isSearchable = false,
  onSearch,
  onOpen,
  isTool = false,
  side = "bottom",
  emptyText = text.general.nothingFound,
  errorId,
}: ChipProps) {
  const [typed, setTyped] = useState("");
  const search = (words: string) => {
    setTyped(words);
    onSearch?.(words);
  };
  const combobox = useCombobox({
    onDropdownOpen: () => {
      onOpen?.();
      if (isSearchable) combobox.focusSearchInput();
      else combobox.updateSelectedOptionIndex("active", { scrollIntoView: true });
    },
    onDropdownClose: (source) => {
      combobox.resetSelectedOption();
      search("");
      // After a click elsewhere, the focus belongs to what was clicked.
      if (source === "keyboard") combobox.focusTarget();
    },
  });
  const shownGroups = onSearch === undefined ? matchingGroups(groups, typed) : groups;
  const { selectFirstOption } = combobox;
  const first = shownGroups[0]?.options[0]?.value;
  useEffect(() => {
    if (typed !== "" && first !== undefined) selectFirstOption();
  }, [typed, first, selectFirstOption]);
  return (
    <Combobox
      store={combobox}
      width={300}
      position={`${side}-start`}
      // On this side in any case: on the other one are the task and the buttons, or the end of the window.
      middlewares={{ flip: false, shift: true }}
      // The next chip follows the list in the order of the Tab key.
      withinPortal={false}
      onOptionSubmit={(value) => {
        onChoose(value);
        if (!isMultiple) combobox.closeDropdown("keyboard");
      }}
    >
      <Combobox.Target targetType="button" withExpandedAttribute>
        <button
          type="button"
          className={`${classes.chip} ${isTool ? classes.tool : ""}`}
          aria-label={label}
          title={label === shown ? undefined : `${label}: ${visibleName(shown)}`}
          aria-describedby={errorId}
          data-invalid={errorId !== undefined || undefined}
          // The field in the list keeps the focus. Otherwise, its blur would close the list, and the click would reopen it.
          onMouseDown={(event) => combobox.dropdownOpened && event.preventDefault()}
          onClick={() => combobox.toggleDropdown()}
          onBlur={() => isSearchable || combobox.closeDropdown()}
        >
          <Icon size={14} aria-hidden />
          <bdi className={classes.shown}>{visibleName(shown)}</bdi>
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        {isSearchable && (
          <Combobox.Search
            value={typed}
            onChange={({ currentTarget }) => search(currentTarget.value)}
            // Otherwise, Enter without a marked option would send the task.
            onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
            onBlur={() => combobox.closeDropdown()}
            aria-label={text.composer.searchOptions(label)}
            placeholder={text.composer.searchHint}
          />
        )}
        <Combobox.Options
          className={classes.options}
          aria-label={label}
          aria-multiselectable={isMultiple || undefined}
        >
          {shownGroups.map(({ label: groupLabel, options }) =>
            groupLabel === null ? (
              <Options key="" options={options} chosen={chosen} />
            ) : (
              <Combobox.Group key={groupLabel} label={groupLabel}>
                <Options options={options} chosen={chosen} />
              </Combobox.Group>
            ),
          )}
        </Combobox.Options>
        {first === undefined && <div className={classes.empty}>{emptyText}</div>}
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Options({
  options,
  chosen,
}: {
  readonly options: readonly ChipOption[];
  readonly chosen: readonly string[];
}) {
  return options.map(({ value, label, note, isDisabled }) => {
    const isChosen = chosen.includes(value);
    return (
      <Combobox.Option
        key={value}
        value={value}
        active={isChosen}
        aria-selected={isChosen}
        disabled={isDisabled === true}
        className={classes.option}
      >
        <span className={classes.words}>
          <bdi>{visibleName(label)}</bdi>
          {note !== undefined && note !== "" && <span className={classes.note}>{note}</span>}
        </span>
        {isChosen && <IconCheck size={14} aria-hidden className={classes.check} />}
      </Combobox.Option>
    );
  });
}
