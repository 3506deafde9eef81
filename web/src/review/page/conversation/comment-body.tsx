import { Badge } from "@mantine/core";
import type { PullRequestComment } from "@tembo-io/sdk";
import type { ReactNode } from "react";
import { Markdown } from "../../../components/markdown/markdown.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { text } from "../../../text/index.ts";
import classes from "./conversation.module.css";

/** A comment with its author and time. */
export function CommentBody({
  comment: { author, createdAt, body },
  did,
  children,
}: {
  readonly comment: Pick<PullRequestComment, "author" | "createdAt" | "body">;
  readonly did: string;
  readonly children?: ReactNode;
}) {
  return (
    <article className={classes.comment}>
      <header className={classes.who}>
        <strong dir="auto">{author.name ?? author.login}</strong>
        {author.isBot && (
          <Badge size="xs" variant="light" color="gray">
            {text.review.talk.bot}
          </Badge>
        )}
        <span>{did}</span>
        <TimeAgo at={createdAt} />
      </header>
      {body.trim() !== "" && (
        <div className={classes.words} dir="auto">
          <Markdown>{body}</Markdown>
        </div>
      )}
      {children}
    </article>
  );
}
