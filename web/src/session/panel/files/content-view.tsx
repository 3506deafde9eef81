import { SegmentedControl, Text } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { Highlighted } from "../../../components/highlight/highlighted.tsx";
import { MAX_MARKDOWN, Markdown } from "../../../components/markdown/markdown.tsx";
import { ScrollRegion } from "../../../components/scroll-region.tsx";
import { useBlobUrl } from "../../../components/use-blob-url.ts";
import { text } from "../../../text/index.ts";
import type { Content } from "./content.ts";
import type { ContentFormat } from "./content-format.ts";
import classes from "./files-panel.module.css";
import { formatJson } from "./format-json.ts";
import { Picture } from "./picture.tsx";
import { TableView } from "./table-view.tsx";

const words = text.panel.artifacts;
/** Maximum length of highlighted source in characters, because each token is an element of the page. */
const MAX_HIGHLIGHTED = 100_000;

interface ContentViewProps {
  readonly content: Content;
  readonly name: string;
  readonly format: ContentFormat;
}

/**
 * Shows content that an agent created. Never executes the content: an HTML page is shown in a frame without
 * permissions, Markdown without its HTML, and a picture as an image, in which no script runs.
 */
export function ContentView({ content, name, format }: ContentViewProps) {
  const { blob } = content;
  if (format === "html") return <Page blob={blob} name={name} />;
  if (format === "picture" || (content.text === null && blob.type.startsWith("image/")))
    return <Picture content={content} name={name} />;
  if (content.text !== null) return <TextView format={format}>{content.text}</TextView>;
  return (
    <Text size="sm" c="dimmed">
      {text.panel.noPreview}
    </Text>
  );
}

/** Shows text as its format requires, with a switch to the source. */
function TextView({
  format,
  children: source,
}: {
  readonly format: ContentFormat;
  readonly children: string;
}) {
  const [view, setView] = useState("preview");
  const preview = usePreview(format, source);
  return (
    <>
      {preview !== null && (
        <SegmentedControl
          size="xs"
          className={classes.switch}
          aria-label={words.view}
          value={view}
          onChange={setView}
          data={[
            { value: "preview", label: words.preview },
            { value: "source", label: words.source },
          ]}
        />
      )}
      {preview !== null && view === "preview" ? preview : <Source language={null}>{source}</Source>}
    </>
  );
}

/** Returns the preview of the text, or null if only the source can be shown. */
function usePreview(format: ContentFormat, source: string): ReactNode {
  return useMemo(() => {
    if (format === "markdown" && source.length <= MAX_MARKDOWN)
      return (
        <div className={classes.markdown}>
          <Markdown>{source}</Markdown>
        </div>
      );
    if (format === "csv") return <TableView>{source}</TableView>;
    const json = format === "json" ? formatJson(source) : null;
    return json === null ? null : <Source language="json">{json}</Source>;
  }, [format, source]);
}

function Source({ language, children }: { readonly language: string | null; readonly children: string }) {
  return (
    <ScrollRegion className={classes.text} label={words.content}>
      <pre dir="auto">
        <Highlighted language={children.length > MAX_HIGHLIGHTED ? null : language}>{children}</Highlighted>
      </pre>
    </ScrollRegion>
  );
}

function Page({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const url = useBlobUrl(blob);
  return (
    <figure className={classes.figure}>
      {url !== null && <iframe src={url} sandbox="" title={name} className={classes.page} />}
      <figcaption>{words.html}</figcaption>
    </figure>
  );
}
