import { memo } from "react";
import type { TranscriptItem } from "../transcript/item.ts";
import { EgressRow } from "./egress-row.tsx";
import { MessageRow } from "./message-row.tsx";
import { NoteRow, StepsRow } from "./note-row.tsx";
import { PermissionRow } from "./permission-row.tsx";
import { PictureRow } from "./picture-row.tsx";
import { PlanRow } from "./plan-row.tsx";
import { ProposalRow } from "./proposal-row.tsx";
import { QuestionRow } from "./question-row.tsx";
import { CommitRow, GoalRow, HookRow, PullRequestRow } from "./result-rows.tsx";
import { TextRow, ThoughtRow } from "./text-row.tsx";
import { ToolRow } from "./tool-row.tsx";
import { TurnEndRow } from "./turn-end-row.tsx";

export interface RowProps {
  readonly item: TranscriptItem;
  readonly sessionId: string;
  /** True if the item is the newest and the session is working. */
  readonly isGrowing: boolean;
  /** State of the turn that the message started, or null if it cannot be folded. */
  readonly turn: "open" | "folded" | null;
  /** Folds or unfolds the turn of the message with this key. */
  readonly onFold: (key: string) => void;
}

/** A transcript row. It renders again only when its props change. */
export const Row = memo(function Row({ item, sessionId, isGrowing, turn, onFold }: RowProps) {
  switch (item.kind) {
    case "message":
      return <MessageRow item={item} sessionId={sessionId} turn={turn} onFold={onFold} />;
    case "text":
      return <TextRow item={item} isGrowing={isGrowing} />;
    case "thought":
      return <ThoughtRow item={item} />;
    case "tool":
      return <ToolRow item={item} />;
    case "plan":
      return <PlanRow item={item} />;
    case "permission":
      return <PermissionRow item={item} sessionId={sessionId} />;
    case "question":
      return <QuestionRow item={item} sessionId={sessionId} />;
    case "proposal":
      return <ProposalRow item={item} sessionId={sessionId} />;
    case "egress":
      return <EgressRow item={item} />;
    case "turnEnd":
      return <TurnEndRow item={item} sessionId={sessionId} />;
    case "hook":
      return <HookRow item={item} />;
    case "commit":
      return <CommitRow item={item} />;
    case "pullRequest":
      return <PullRequestRow item={item} />;
    case "picture":
      return <PictureRow item={item} />;
    case "goal":
      return <GoalRow item={item} />;
    case "steps":
      return <StepsRow item={item} />;
    case "note":
      return <NoteRow item={item} />;
  }
});
