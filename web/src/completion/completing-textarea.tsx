import { Textarea, type TextareaProps } from "@mantine/core";
import { type KeyboardEvent, type RefObject, useId, useState } from "react";
import classes from "./completion.module.css";
import { noOffers, type Offer } from "./offer.ts";
import { OfferList } from "./offer-list.tsx";
import { type ListPlace, placeList } from "./place-list.ts";
import type { Scope } from "./scope.ts";
import { type Trigger, triggerAt, written } from "./trigger.ts";
import { type RepositoryChoice, useOffers } from "./use-offers.ts";

interface CompletingTextareaProps extends Omit<TextareaProps, "value" | "onChange" | "ref"> {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly value: string;
  readonly scope: Scope;
  /** Preferred side of the list, relative to the line of the caret. */
  readonly side: "above" | "below";
  /** Repositories that users can mention, in addition to files. */
  readonly choices?: readonly RepositoryChoice[];
  readonly onRepository?: (id: string) => void;
  readonly onChange: (words: string) => void;
}

/**
 * Text field for messages to an agent. Completes files, pull requests and repositories after "@", and commands after "/"
 * at the start of a line.
 */
export function CompletingTextarea({
  field,
  value,
  scope,
  side,
  choices,
  onRepository,
  onChange,
  onKeyDown,
  ...rest
}: CompletingTextareaProps) {
  const listId = useId();
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [marked, setMarked] = useState(0);
  const [place, setPlace] = useState<ListPlace>({ side, left: 0, top: 0 });
  const shown = useOffers(trigger, scope, choices, onRepository);
  const { offers } = shown;
  const isOpen = offers.length > 0;
  // The list may be shorter than at the last key press.
  const at = Math.min(marked, offers.length - 1);
  const look = () => {
    const { value: now, selectionStart, selectionEnd } = field.current!;
    const found = selectionStart === selectionEnd ? triggerAt(now, selectionStart) : null;
    setTrigger(found);
    if (found !== null) setPlace(placeList(field.current!, found.at, side));
    setMarked(0);
  };
  const take = (offer: Offer) => {
    const done = written(value, trigger!, offer.writes, offer.goesOn === true);
    onChange(done.words);
    offer.onTake?.();
    setTrigger(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(done.caret, done.caret);
      if (offer.goesOn === true) look();
    });
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    // Ignores keys while an input method is composing text.
    if (trigger === null || !isPlain || event.nativeEvent.isComposing) return onKeyDown?.(event);
    if (event.key === "Escape") setTrigger(null);
    else if (isOpen && step !== undefined) setMarked((at + step + offers.length) % offers.length);
    else if (isOpen && (event.key === "Enter" || event.key === "Tab")) take(offers[at]!);
    else return onKeyDown?.(event);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={classes.frame}>
      <Textarea
        {...rest}
        ref={field}
        value={value}
        onChange={({ currentTarget }) => {
          onChange(currentTarget.value);
          look();
        }}
        onKeyDown={press}
        onKeyUp={({ key }) => {
          if (/^(?:ArrowLeft|ArrowRight|Home|End)$/.test(key)) look();
        }}
        onClick={look}
        onBlur={() => setTrigger(null)}
        dir="auto"
        aria-haspopup="listbox"
        aria-controls={listId}
        aria-autocomplete="list"
        {...(isOpen && { "aria-activedescendant": `${listId}-${at}` })}
      />
      <OfferList
        id={listId}
        shown={trigger === null ? noOffers : shown}
        marked={at}
        place={place}
        onTake={take}
      />
    </div>
  );
}
