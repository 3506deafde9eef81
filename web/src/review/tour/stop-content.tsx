import { Button, Text, Title } from "@mantine/core";
import { type RefObject, useState } from "react";
import { Diff, type DiffProps } from "../../components/diff/diff.tsx";
import { LineCounts } from "../../components/diff/line-counts.tsx";
import type { DiffFile } from "../../components/diff/parse-patch.ts";
import { Markdown } from "../../components/markdown/markdown.tsx";
import { visibleName } from "../../components/visible-name.ts";
import { text } from "../../text/index.ts";
import type { TourFacts } from "./plan/facts-of.ts";
import { type Stop, titleOf } from "./stop.ts";
import classes from "./tour.module.css";

const words = text.tour;
/** Number of files to render at once. Rendering a thousand files at once would block the browser. */
const FILES_AT_ONCE = 40;

type Comments = Pick<DiffProps, "annotations" | "onComment" | "renderForm">;

interface StopContentProps {
  readonly stop: Stop;
  readonly comments: Comments;
  readonly headingRef: RefObject<HTMLHeadingElement | null>;
}

export function StopContent({ stop, comments, headingRef }: StopContentProps) {
  return (
    <>
      <Title order={2} id="stop" ref={headingRef} tabIndex={-1} className={classes.heading}>
        <bdi>{titleOf(stop)}</bdi>
      </Title>
      {"body" in stop ? (
        <>
          <Text size="sm" className={classes.quiet}>
            {words.introductionAbout}
          </Text>
          <div className={classes.introduction} dir="auto">
            <Markdown>{stop.body}</Markdown>
          </div>
        </>
      ) : (
        <>
          <Facts facts={stop.facts} />
          <Files files={stop.files} isFolded={stop.kind === "generated"} comments={comments} />
        </>
      )}
    </>
  );
}

function Facts({ facts }: { readonly facts: TourFacts }) {
  const { files, additions, deletions, symbols } = facts;
  const counted = (["added", "deleted", "renamed", "binary"] as const).filter((name) => facts[name] > 0);
  return (
    <div className={classes.facts}>
      <span>{words.files(files)}</span>
      <LineCounts additions={additions} deletions={deletions} />
      {counted.map((name) => (
        <span key={name}>{words[name](facts[name])}</span>
      ))}
      {symbols.length > 0 && (
        <span title={words.nearHint} className={classes.symbols}>
          {words.near}{" "}
          {symbols.map((name) => (
            <code key={name} dir="auto">
              {name}
            </code>
          ))}
        </span>
      )}
    </div>
  );
}

function Files({
  files,
  isFolded,
  comments,
}: {
  readonly files: readonly DiffFile[];
  readonly isFolded: boolean;
  readonly comments: Comments;
}) {
  const [count, setCount] = useState(isFolded ? 0 : FILES_AT_ONCE);
  const left = files.length - count;
  const showMore = () => setCount(count + FILES_AT_ONCE);
  return (
    <>
      {count === 0 && (
        <>
          <Text size="sm">{words.folded}</Text>
          <ul className={classes.folded}>
            {files.slice(0, FILES_AT_ONCE).map(({ path, additions, deletions }) => (
              <li key={path}>
                <bdi>{visibleName(path)}</bdi> <LineCounts additions={additions} deletions={deletions} />
              </li>
            ))}
          </ul>
        </>
      )}
      {count > 0 && <Diff name="tour" files={files.slice(0, count)} view="unified" {...comments} />}
      {left > 0 && (
        <Button variant="default" onClick={showMore} className={classes.more}>
          {count === 0 ? words.showFolded(files.length) : words.more(Math.min(left, FILES_AT_ONCE), left)}
        </Button>
      )}
    </>
  );
}
