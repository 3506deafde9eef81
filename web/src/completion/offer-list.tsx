import { UnstyledButton } from "@mantine/core";
import {
  IconBulb,
  IconFile,
  IconFolder,
  IconFolderSymlink,
  IconFolders,
  IconGitPullRequest,
  IconLink,
  IconTerminal2,
} from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { visibleName } from "../components/visible-name.ts";
import { text } from "../text/index.ts";
import classes from "./completion.module.css";
import type { Offer, Offers } from "./offer.ts";
import type { ListPlace } from "./place-list.ts";

const icons = {
  file: IconFile,
  folder: IconFolder,
  link: IconLink,
  submodule: IconFolderSymlink,
  pullRequest: IconGitPullRequest,
  repository: IconFolders,
  command: IconTerminal2,
  skill: IconBulb,
};

interface OfferListProps {
  readonly id: string;
  readonly shown: Offers;
  readonly marked: number;
  readonly place: ListPlace;
  readonly onTake: (offer: Offer) => void;
}

/** List of suggestions. The focus remains in the field, which references the active option. */
export function OfferList({
  id,
  shown: { offers, sentence, isError },
  marked,
  place: { side, left, top },
  onTake,
}: OfferListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[marked]?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  const isEmpty = offers.length === 0 && sentence === null;
  return (
    <div className={classes.popup} data-side={side} style={{ left, top }} hidden={isEmpty}>
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={text.completion.suggestions}
        className={classes.list}
        hidden={offers.length === 0}
      >
        {offers.map((offer, index) => {
          const Icon = icons[offer.kind];
          return (
            <UnstyledButton
              key={offer.key}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === marked}
              className={classes.offer}
              title={offer.note === "" ? offer.label : `${offer.label} · ${offer.note}`}
              // Selects the option before the field loses focus, which would close the list.
              onMouseDown={(event) => {
                event.preventDefault();
                onTake(offer);
              }}
            >
              <Icon size={15} stroke={1.7} aria-hidden className={classes.icon} />
              <bdi className={classes.label}>{visibleName(offer.label)}</bdi>
              <bdi className={classes.note}>{visibleName(offer.note)}</bdi>
            </UnstyledButton>
          );
        })}
      </div>
      <div role="status" className={classes.sentence} data-error={isError || undefined} dir="auto">
        {sentence ?? (
          <span className={classes.spoken}>{offers.length > 0 && text.completion.count(offers.length)}</span>
        )}
      </div>
    </div>
  );
}
