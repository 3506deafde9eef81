import { Button, type ButtonProps } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { createLink } from "@tanstack/react-router";
import type { Session } from "@tembo-io/sdk";
import { type ComponentPropsWithRef, type ReactNode, Suspense } from "react";
import { useForgeLabel } from "../../api/providers.ts";
import { lazyPart } from "../../components/loading/lazy-part.ts";
import { StateMark, type StateName } from "../../components/state-mark.tsx";
import { pullRequestStatusQuery } from "../../review/review-query.ts";
import { text } from "../../text/index.ts";
import type { Transcript } from "../transcript/draft.ts";
import { decideNextStep, type NextStep as Next, type SessionPullRequest } from "./decide-next-step.ts";
import classes from "./next-step.module.css";
import { TryAgain } from "./try-again.tsx";

const words = text.session.next;
const REFRESH_MS = 10_000;

const MergeButton = lazyPart(async () => ({
  default: (await import("../../review/page/merge-button.tsx")).MergeButton,
}));

/** Card below the transcript that names the next step after the last turn. It takes the place of the working line. */
export function NextStep({
  session,
  transcript,
}: {
  readonly session: Session;
  readonly transcript: Transcript;
}) {
  const isBusy = transcript.turn !== null || transcript.openAsks.size > 0 || transcript.waiting.length > 0;
  const next = isBusy ? null : decideNextStep(session);
  if (next === null) return null;
  return (
    <section className={classes.card} aria-label={words.label} aria-live="polite">
      <Step next={next} session={session} transcript={transcript} />
    </section>
  );
}

function Step({
  next,
  session,
  transcript,
}: {
  readonly next: Next;
  readonly session: Session;
  readonly transcript: Transcript;
}) {
  switch (next.kind) {
    case "review":
      return <Review pullRequest={next.pullRequest} openCount={next.openCount} />;
    case "merged":
    case "closed":
      return (
        <Line state={next.kind === "merged" ? "merged" : "cancelled"} about={next.pullRequest.title}>
          {words[next.kind]}
          <Actions>
            <FollowUp />
            <AtForge pullRequest={next.pullRequest} />
            <ReviewLink pullRequest={next.pullRequest} />
          </Actions>
        </Line>
      );
    case "tryAgain": {
      const end = transcript.items.findLast(({ kind }) => kind === "turnEnd");
      const messageId = end?.kind === "turnEnd" ? end.messageId : null;
      return (
        <Line state="failed">
          {words.failed}
          <Actions>
            {next.pullRequest !== null && <ReviewLink pullRequest={next.pullRequest} />}
            {messageId !== null && (
              <TryAgain sessionId={session.id} agent={session.agent} messageId={messageId} />
            )}
          </Actions>
        </Line>
      );
    }
    case "followUp":
      return (
        <Line state={next.isStopped ? "cancelled" : "completed"}>
          {next.isStopped ? words.cancelled : words.followUp}
          <Actions>
            <FollowUp />
          </Actions>
        </Line>
      );
  }
}

function Review({
  pullRequest,
  openCount,
}: {
  readonly pullRequest: SessionPullRequest;
  readonly openCount: number;
}) {
  const status = useQuery({ ...pullRequestStatusQuery(pullRequest.id), refetchInterval: REFRESH_MS });
  const mergeability = status.data?.mergeability;
  const isBlocked = mergeability === "conflicting" || mergeability === "blocked";
  const canMerge = mergeability !== undefined && !isBlocked && !pullRequest.isDraft && openCount === 1;
  return (
    <Line state="completed" about={openCount === 1 ? pullRequest.title : null}>
      {isBlocked ? words.blocked[mergeability] : pullRequest.isDraft ? words.draft : words.open(openCount)}
      <Actions>
        {canMerge && (
          <Suspense>
            <MergeButton pullRequest={pullRequest} isCompact />
          </Suspense>
        )}
        <AtForge pullRequest={pullRequest} />
        <ReviewLink pullRequest={pullRequest} isPrimary />
      </Actions>
    </Line>
  );
}

/** State in words, the pull request's title and the actions, in this order. */
function Line({
  state,
  about = null,
  children: [sentence, actions],
}: {
  readonly state: StateName;
  readonly about?: string | null;
  readonly children: readonly [string, ReactNode];
}) {
  return (
    <>
      <StateMark state={state} />
      <p className={classes.words}>
        {sentence} {about !== null && <bdi className={classes.about}>{about}</bdi>}
      </p>
      {actions}
    </>
  );
}

function Actions({ children }: { readonly children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>;
}

const ButtonLink = createLink((props: ButtonProps & Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>) => (
  <Button component="a" {...props} />
));

function ReviewLink({
  pullRequest: { id },
  isPrimary = false,
}: {
  readonly pullRequest: SessionPullRequest;
  readonly isPrimary?: boolean;
}) {
  return (
    <ButtonLink
      to="/review/$pullRequestId"
      params={{ pullRequestId: id }}
      size="xs"
      variant={isPrimary ? "filled" : "default"}
    >
      {isPrimary ? words.review : words.openPage}
    </ButtonLink>
  );
}

/** Link to the pull request on its forge. The built-in forge has no pages. */
function AtForge({ pullRequest: { url, codeRepository } }: { readonly pullRequest: SessionPullRequest }) {
  const provider = codeRepository?.provider ?? "local";
  const forge = useForgeLabel(provider);
  if (provider === "local") return null;
  return (
    <Button
      component="a"
      href={url}
      target="_blank"
      rel="noreferrer"
      size="xs"
      variant="default"
      rightSection={<IconExternalLink size={14} aria-hidden />}
    >
      {words.openAt(forge)}
    </Button>
  );
}

function FollowUp() {
  const start = () => document.querySelector<HTMLElement>("[data-next-message]")?.focus();
  return (
    <Button size="xs" variant="default" onClick={start}>
      {words.followUpAction}
    </Button>
  );
}
