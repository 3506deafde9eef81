import { Skeleton, Text } from "@mantine/core";
import { useBlobUrl } from "../../../components/use-blob-url.ts";
import { text } from "../../../text/index.ts";
import type { Content } from "./content.ts";
import classes from "./files-panel.module.css";

/** Shows a picture, unless drawing it would require too much memory. */
export function Picture({ content, name }: { readonly content: Content; readonly name: string }) {
  const url = useBlobUrl(content.blob);
  if (content.png === "large")
    return (
      <Text size="sm" c="dimmed">
        {text.panel.artifacts.largePicture}
      </Text>
    );
  return url === null ? <PicturePlace /> : <img src={url} alt={name} className={classes.picture} />;
}

/** A skeleton of the same height as a picture, so that the cards below do not move. */
export function PicturePlace() {
  return <Skeleton className={classes.picture!} aria-label={text.general.loading} role="status" />;
}
