import { Button, Kbd, Progress, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { PullRequest } from "@tembo-io/sdk";
import { useEffect, useRef } from "react";
import { useKeys } from "../../shell/use-keys.ts";
import { text } from "../../text/index.ts";
import type { Discussion } from "../page/files/use-discussion.tsx";
import { type Stop, titleOf } from "./stop.ts";
import { StopContent } from "./stop-content.tsx";
import classes from "./tour.module.css";
import { TourHead } from "./tour-head.tsx";
import { useSeen } from "./use-seen.ts";

const words = text.tour;

interface TourProps {
  readonly pullRequest: PullRequest;
  readonly stops: readonly Stop[];
  readonly isCut: boolean;
  readonly discussion: Discussion;
}

export function Tour({ pullRequest, stops, isCut, discussion }: TourProps) {
  const { section } = useSearch({ from: "/inside/review/$pullRequestId/tour" });
  const navigate = useNavigate({ from: "/review/$pullRequestId/tour" });
  const { seen, toggle } = useSeen(pullRequest.id, pullRequest.headSha ?? "");
  const at = Math.max(
    0,
    stops.findIndex(({ key }) => key === section),
  );
  const stop = stops[at]!;
  const go = (to: number) => {
    const next = stops[to];
    if (next !== undefined) void navigate({ search: { section: next.key }, replace: true });
  };
  useKeys({ n: () => go(at + 1), p: () => go(at - 1), v: () => toggle(stop.key) });
  const heading = useFocusOnChange(stop.key);
  const list = useRef<HTMLOListElement>(null);
  // On a phone, the sections are in a horizontally scrolling row. Scrolls the current section into view.
  useEffect(() => {
    const current = list.current?.children[at];
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [at]);
  const seenCount = stops.filter(({ key }) => seen.has(key)).length;
  const isSeen = seen.has(stop.key);

  return (
    <div className={classes.page}>
      <TourHead pullRequest={pullRequest}>
        <div className={classes.progress}>
          <Progress
            value={(100 * seenCount) / stops.length}
            size="sm"
            className={classes.bar}
            aria-label={words.progress(seenCount, stops.length)}
          />
          <Text size="sm" aria-live="polite" title={words.kept} className={classes.count}>
            {words.progress(seenCount, stops.length)}
          </Text>
        </div>
      </TourHead>
      <div className={classes.columns} data-scrolls>
        <nav aria-label={words.sections} className={classes.nav}>
          <ol ref={list} className={classes.stops}>
            {stops.map((one, index) => (
              <li key={one.key}>
                <UnstyledButton
                  className={classes.stop}
                  aria-current={index === at ? "step" : undefined}
                  onClick={() => go(index)}
                >
                  <SeenSign isSeen={seen.has(one.key)} />
                  <bdi className={classes.stopName}>{titleOf(one)}</bdi>
                </UnstyledButton>
              </li>
            ))}
          </ol>
          <Text size="xs" className={classes.keys}>
            <Kbd size="xs">n</Kbd> {words.next} <Kbd size="xs">p</Kbd> {words.previous} <Kbd size="xs">v</Kbd>{" "}
            {words.seen}
          </Text>
        </nav>
        <section className={classes.main} aria-labelledby="stop">
          {discussion.failure}
          <StopContent key={stop.key} stop={stop} comments={discussion.comments} headingRef={heading} />
          {isCut && at === stops.length - 1 && (
            <Text size="sm" c="dimmed">
              {words.cut}
            </Text>
          )}
          {discussion.ask}
        </section>
      </div>
      <footer className={classes.foot}>
        <Button variant="default" onClick={() => go(at - 1)} disabled={at === 0}>
          {words.previous}
        </Button>
        <Text size="sm" className={classes.position}>
          {words.position(at + 1, stops.length)}
        </Text>
        <Button
          variant={isSeen ? "light" : "default"}
          aria-pressed={isSeen}
          leftSection={isSeen ? <IconCheck size={16} aria-hidden /> : undefined}
          onClick={() => toggle(stop.key)}
        >
          {isSeen ? words.seen : words.markSeen}
        </Button>
        <Button onClick={() => go(at + 1)} disabled={at === stops.length - 1}>
          {words.next}
        </Button>
      </footer>
    </div>
  );
}

function SeenSign({ isSeen }: { readonly isSeen: boolean }) {
  const Icon = isSeen ? IconCircleCheckFilled : IconCircle;
  return (
    <>
      <Icon size={16} aria-hidden className={classes.sign} data-seen={isSeen || undefined} />
      {isSeen && <VisuallyHidden>{words.seen}</VisuallyHidden>}
    </>
  );
}

/** Scrolls to the top of a new section and focuses its heading. Does nothing on the first render. */
function useFocusOnChange(key: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const last = useRef(key);
  useEffect(() => {
    if (last.current === key) return;
    last.current = key;
    heading.current?.closest("[data-scrolls]")?.scrollTo({ top: 0 });
    heading.current?.focus({ preventScroll: true });
  }, [key]);
  return heading;
}
