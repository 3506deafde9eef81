import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { PullRequest } from "@tembo-io/sdk";
import { type ComponentProps, useMemo } from "react";
import { parsePatch } from "../../components/diff/parse-patch.ts";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { text } from "../../text/index.ts";
import { type Discussion, useNotes, useThreads } from "../page/files/use-discussion.tsx";
import { pullRequestQuery, pullRequestStatusQuery } from "../review-query.ts";
import { planTour } from "./plan/plan-tour.ts";
import { selectIntroduction } from "./select-introduction.ts";
import type { Stop } from "./stop.ts";
import classes from "./tour.module.css";
import { Tour } from "./tour.tsx";
import { TourHead } from "./tour-head.tsx";

/** Tour of a pull request, section by section in reading order. */
export function TourPage() {
  const { pullRequestId } = useParams({ from: "/inside/review/$pullRequestId/tour" });
  const { data, isLoadingError, error, refetch } = useQuery(pullRequestQuery(pullRequestId));
  if (isLoadingError) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return <TourWithNotes key={data.id} pullRequest={data} />;
}

/** Holds the unsent notes outside the part that a push replaces. */
function TourWithNotes({ pullRequest }: { readonly pullRequest: PullRequest }) {
  const notes = useNotes(pullRequest);
  // Progress applies to one head commit, so the tour restarts for a new head.
  return <TourOf key={pullRequest.headSha} pullRequest={pullRequest} notes={notes} />;
}

function TourOf({ pullRequest, notes }: { readonly pullRequest: PullRequest; readonly notes: Discussion }) {
  const { id, diff, description, externalProvider } = pullRequest;
  const status = useQuery(pullRequestStatusQuery(id));
  const isBuiltIn = externalProvider === "local";
  const patch = diff?.data ?? "";
  const sections = useMemo(() => planTour(parsePatch(patch)), [patch]);
  const introduction = useMemo(() => selectIntroduction(description), [description]);
  const shown = sections.reduce((sum, { facts }) => sum + facts.additions + facts.deletions, 0);
  const isCut = diff !== null && shown < diff.additions + diff.deletions;
  const stops: readonly Stop[] = [
    ...(introduction === null ? [] : [{ key: "introduction", body: introduction }]),
    ...sections,
  ];
  if (sections.length === 0)
    return (
      <div className={classes.page}>
        <TourHead pullRequest={pullRequest} />
        <Text size="sm" p="lg">
          {patch === "" ? text.review.files.none(isBuiltIn) : text.review.files.unreadable(isBuiltIn)}{" "}
          <TextLink to="/review/$pullRequestId" params={{ pullRequestId: id }} size="sm">
            {text.tour.back}
          </TextLink>
        </Text>
      </div>
    );
  if (status.isLoadingError) return <Failed error={status.error} onRetry={() => void status.refetch()} />;
  if (status.data === undefined) return <Loading />;
  const props = { pullRequest, stops, isCut };
  return status.data.reviewsHere ? <DiscussedTour {...props} /> : <Tour {...props} discussion={notes} />;
}

type DiscussedTourProps = Omit<ComponentProps<typeof Tour>, "discussion">;

function DiscussedTour(props: DiscussedTourProps) {
  const discussion = useThreads(props.pullRequest);
  // Threads would move the lines when they appear.
  return discussion.isPending ? <Loading /> : <Tour {...props} discussion={discussion} />;
}
