import { Button, Center, Group, Loader, Text, UnstyledButton } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, Suspense, useState } from "react";
import { text } from "../../text/index.ts";
import { lazyPart } from "../loading/lazy-part.ts";
import { visibleName } from "../visible-name.ts";
import classes from "./diff.module.css";
import type { DiffLinesProps } from "./diff-lines.tsx";
import { isLarge, linesOf } from "./file-size.ts";
import { LineCounts } from "./line-counts.tsx";

const DiffLines = lazyPart(async () => ({ default: (await import("./diff-lines.tsx")).DiffLines }));

const LINE_HEIGHT_PX = 24;

/** A changed file under its name and line counts. Users can collapse it. */
export function DiffFileCard({ id, ...lines }: DiffLinesProps & { readonly id: string }) {
  const { file } = lines;
  const [isOpen, setIsOpen] = useState(true);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <section id={id} className={classes.file} aria-label={file.path} tabIndex={-1}>
      <header className={classes.head}>
        <UnstyledButton
          className={classes.fold}
          onClick={() => setIsOpen(!isOpen)}
          aria-expanded={isOpen}
          aria-label={text.diff.fold(file.path)}
        >
          <Chevron size={15} aria-hidden />
          <span className={classes.names}>
            <bdi className={classes.path}>{visibleName(file.path)}</bdi>{" "}
            {file.oldPath !== file.path && (
              <bdi className={classes.was}>{text.diff.was(visibleName(file.oldPath))}</bdi>
            )}
          </span>
        </UnstyledButton>
        {file.kind !== "modified" && <span className={classes.kind}>{text.diff.kind[file.kind]}</span>}
        {!file.isBinary && <LineCounts additions={file.additions} deletions={file.deletions} />}
      </header>
      {isOpen && <Content {...lines} />}
    </section>
  );
}

function Content(lines: DiffLinesProps) {
  const { file } = lines;
  const [isAsked, setIsAsked] = useState(() => !isLarge(file));
  const count = linesOf(file);
  return (
    <>
      {file.modeChange !== null && <Note>{text.diff.mode(file.modeChange.from, file.modeChange.to)}</Note>}
      {file.isBinary && <Note>{text.diff.binary}</Note>}
      {!file.isBinary && count === 0 && file.modeChange === null && <Note>{text.diff.noLines}</Note>}
      {count > 0 && !isAsked && (
        <Group p="sm" gap="sm">
          <Text size="sm">{text.diff.large(count)}</Text>
          <Button size="xs" variant="default" onClick={() => setIsAsked(true)}>
            {text.diff.show}
          </Button>
        </Group>
      )}
      {count > 0 && isAsked && <WhenNear height={count * LINE_HEIGHT_PX} lines={lines} />}
    </>
  );
}

/**
 * Renders the lines when they are about to scroll into view, because a diff can contain hundreds of files. Rendered
 * lines remain in the page.
 */
function WhenNear({ height, lines }: { readonly height: number; readonly lines: DiffLinesProps }) {
  const { ref, entry } = useIntersection({ rootMargin: "800px" });
  const [wasNear, setWasNear] = useState(false);
  if (entry?.isIntersecting === true && !wasNear) setWasNear(true);
  if (!wasNear) return <div ref={ref} style={{ height }} />;
  return (
    <Suspense fallback={<Waiting height={height} />}>
      <DiffLines {...lines} />
    </Suspense>
  );
}

/** Has the height of the lines. Otherwise, a button below the files would move while the user clicks it. */
function Waiting({ height }: { readonly height: number }) {
  return (
    <Center h={height}>
      <Loader size="sm" aria-label={text.general.loading} />
    </Center>
  );
}

function Note({ children }: { readonly children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed" px="sm" py={8}>
      {children}
    </Text>
  );
}
