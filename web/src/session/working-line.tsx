import { Loader, Text, UnstyledButton } from "@mantine/core";
import { IconChevronUp, IconListCheck } from "@tabler/icons-react";
import { useEffect, useId, useState } from "react";
import { ScrollRegion } from "../components/scroll-region.tsx";
import { formatLongDuration } from "../format/duration.ts";
import { text } from "../text/index.ts";
import { Checklist } from "./rows/checklist.tsx";
import { findCurrentStep } from "./transcript/current-step.ts";
import type { RunningTurn } from "./transcript/draft.ts";
import type { ItemOf } from "./transcript/item.ts";
import classes from "./working-line.module.css";

const SECOND_MS = 1_000;

/**
 * Elapsed time of the agent's turn, or a note that the agent waits for an answer if `isAsking`. Beside it, the current
 * step of the agent's task list, which opens the list.
 */
export function WorkingLine({
  turn,
  plan,
  isAsking,
}: {
  readonly turn: RunningTurn;
  readonly plan: ItemOf<"plan"> | null;
  readonly isAsking: boolean;
}) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - Date.parse(turn.startedAt)) / SECOND_MS));
  return (
    <div className={classes.line}>
      {!isAsking && <Loader size={14} type="dots" aria-hidden />}
      <Text size="sm" c="dimmed" className={classes.time}>
        {isAsking ? text.session.tab.asks : text.session.workingFor(formatLongDuration(seconds * SECOND_MS))}
      </Text>
      {plan !== null && <PlanProgress entries={plan.entries} />}
    </div>
  );
}

function PlanProgress({ entries }: Pick<ItemOf<"plan">, "entries">) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { number, content } = findCurrentStep(entries);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the list from the button and from the list
    <div className={classes.plan} onKeyDown={({ key }) => key === "Escape" && setOpen(false)}>
      <UnstyledButton
        className={classes.step}
        onClick={() => setOpen(!isOpen)}
        aria-expanded={isOpen}
        aria-controls={id}
      >
        <IconListCheck size={15} stroke={1.7} className={classes.icon} aria-hidden />
        <span className={classes.number}>{text.session.plan.step(number, entries.length)}</span>
        <span className={classes.content} dir="auto">
          {content}
        </span>
        <IconChevronUp
          size={14}
          stroke={2}
          className={classes.chevron}
          data-open={isOpen || undefined}
          aria-hidden
        />
      </UnstyledButton>
      <div id={id} className={classes.list} hidden={!isOpen}>
        {isOpen && (
          <ScrollRegion className={classes.entries} label={text.session.plan.title}>
            <Checklist entries={entries} />
          </ScrollRegion>
        )}
      </div>
    </div>
  );
}
