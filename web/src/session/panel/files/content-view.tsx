import { Text } from "@mantine/core";
import { useBlobUrl } from "../../../components/use-blob-url.ts";
import { text } from "../../../text/index.ts";
import type { Content } from "./content.ts";
import classes from "./files-panel.module.css";

interface ContentViewProps {
  readonly content: Content;
  readonly name: string;
  readonly isHtml?: boolean;
}

/**
 * Shows content that an agent created. Never executes the content: an HTML page is shown in a frame without
 * permissions.
 */
export function ContentView({ content, name, isHtml = false }: ContentViewProps) {
  const { blob } = content;
  if (isHtml) return <Page blob={blob} name={name} />;
  if (content.text !== null) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable with the keyboard
      <pre className={classes.text} tabIndex={0} dir="auto">
        {content.text}
      </pre>
    );
  }
  if (blob.type.startsWith("image/")) return <Picture blob={blob} name={name} />;
  return (
    <Text size="sm" c="dimmed">
      {text.panel.noPreview}
    </Text>
  );
}

function Page({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const url = useBlobUrl(blob);
  return (
    <figure className={classes.figure}>
      {url !== null && <iframe src={url} sandbox="" title={name} className={classes.page} />}
      <figcaption>{text.panel.artifacts.html}</figcaption>
    </figure>
  );
}

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const url = useBlobUrl(blob);
  return url === null ? null : <img src={url} alt={name} className={classes.picture} />;
}
