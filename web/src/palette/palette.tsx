import { Modal } from "@mantine/core";
import { type KeyboardEvent, useId, useState } from "react";
import { text } from "../text/index.ts";
import classes from "./palette.module.css";
import { useEntries } from "./use-entries.ts";

/** Dialog that opens sessions, pull requests, repositories, agents and pages, and starts actions, by typing. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const words = text.general.palette;
  const [query, setQuery] = useState("");
  const entries = useEntries(query);
  const [selected, select] = useState(0);
  const current = Math.min(selected, entries.length - 1);
  const listId = useId();
  const open = (index: number) => {
    const entry = entries[index];
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter ends the composition of a character.
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      select((current + step + entries.length) % entries.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      open(current);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      title={words.title}
      classNames={{ header: classes.hidden!, body: classes.body! }}
      size={600}
      padding={0}
      yOffset="12vh"
    >
      <input
        className={classes.query}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={current >= 0 ? `${listId}-${current}` : undefined}
        aria-label={words.title}
        placeholder={words.hint}
        value={query}
        onChange={({ currentTarget }) => {
          setQuery(currentTarget.value);
          select(0);
        }}
        onKeyDown={onKeyDown}
        data-autofocus
      />
      <div id={listId} role="listbox" aria-label={words.results} className={classes.list} tabIndex={-1}>
        {entries.map(({ id, label, about }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys
          <div
            key={`${about} ${id}`}
            id={`${listId}-${index}`}
            ref={index === current ? (row) => row?.scrollIntoView({ block: "nearest" }) : undefined}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={classes.entry}
            onPointerMove={() => select(index)}
            onClick={() => open(index)}
          >
            <span className={classes.label} dir="auto">
              {label}
            </span>
            <span className={classes.about}>{about}</span>
          </div>
        ))}
      </div>
      <p role="status" className={classes.none}>
        {entries.length === 0 && text.general.nothingFound}
      </p>
    </Modal>
  );
}
