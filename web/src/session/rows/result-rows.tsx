import { Anchor } from "@mantine/core";
import {
  IconCircleCheck,
  IconCircleX,
  IconGitCommit,
  IconGitPullRequest,
  IconTarget,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { text } from "../../text/index.ts";
import type { ItemOf } from "../transcript/item.ts";
import { Changed } from "./changed.tsx";
import { Fold } from "./fold.tsx";
import { Output } from "./output.tsx";
import classes from "./rows.module.css";

const SHA_CHARS = 8;

export function HookRow({ item }: { readonly item: ItemOf<"hook"> }) {
  const hasFailed = item.exitCode !== 0;
  return (
    <Fold name={item.key} isOpenAtFirst={hasFailed} line={<HookLine item={item} />}>
      {() => <Output label={text.session.tool.output}>{`$ ${item.command}\n${item.output}`}</Output>}
    </Fold>
  );
}

function HookLine({ item }: { readonly item: ItemOf<"hook"> }) {
  const hasFailed = item.exitCode !== 0;
  const Icon = hasFailed ? IconCircleX : IconCircleCheck;
  return (
    <>
      <Icon size={15} className={hasFailed ? classes.bad : classes.good} aria-hidden />
      <span className={classes.toolTitle} dir="auto">
        {text.session.hook[item.hook]}: {item.repository}
      </span>
      <span className={classes.toolState}>{text.session.tool.exit(item.exitCode)}</span>
    </>
  );
}

export function CommitRow({ item }: { readonly item: ItemOf<"commit"> }) {
  const { additions, deletions, changedFiles, repository, sha, branch } = item;
  return (
    <Line icon={<IconGitCommit size={15} aria-hidden />}>
      <span title={branch}>{text.session.commit(repository, sha.slice(0, SHA_CHARS))}</span>{" "}
      <span className={classes.quiet}>{text.session.files(changedFiles)}</span>{" "}
      <Changed lines={{ added: additions, removed: deletions }} />
    </Line>
  );
}

export function PullRequestRow({ item }: { readonly item: ItemOf<"pullRequest"> }) {
  const words = text.session.pullRequest;
  const link = (
    <Anchor href={item.url} target="_blank" rel="noopener noreferrer" size="sm" dir="auto">
      {item.repository} #{item.number} {item.title}
    </Anchor>
  );
  if (!item.isNew)
    return (
      <Line icon={<IconGitPullRequest size={15} aria-hidden />}>
        {words.updated}: {link}
      </Line>
    );
  return (
    <article className={classes.card} aria-label={words.opened}>
      <Line icon={<IconGitPullRequest size={17} className={classes.good} aria-hidden />}>
        <strong>{words.opened}</strong>
        <br />
        {link}
      </Line>
    </article>
  );
}

export function GoalRow({ item }: { readonly item: ItemOf<"goal"> }) {
  const { round, isReached, output, key } = item;
  const words = text.session.goal;
  return (
    <Fold
      name={key}
      line={
        <>
          <IconTarget size={15} className={isReached ? classes.good : classes.bad} aria-hidden />
          <span className={classes.toolTitle}>{isReached ? words.reached(round) : words.missed(round)}</span>
        </>
      }
    >
      {() => <Output label={text.session.tool.output}>{output}</Output>}
    </Fold>
  );
}

function Line({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={classes.line}>
      {icon}
      <div className={classes.words}>{children}</div>
    </div>
  );
}
