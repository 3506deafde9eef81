import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { useBlobUrl } from "../../components/use-blob-url.ts";
import { text } from "../../text/index.ts";
import type { ItemOf } from "../transcript/item.ts";
import { isSmallPng } from "./is-small-png.ts";
import classes from "./rows.module.css";

const HEIGHT_PX = 280;

/** A PNG that was saved as an artifact, such as a screenshot. The browser loads it when the row is shown. */
export function PictureRow({ item: { artifactId, title } }: { readonly item: ItemOf<"picture"> }) {
  const picture = useQuery({
    queryKey: ["artifact", artifactId, "picture"],
    queryFn: async ({ signal }) => {
      const bytes = await tembo.artifacts.file(artifactId, { signal });
      return isSmallPng(bytes) ? new Blob([new Uint8Array(bytes)], { type: "image/png" }) : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <figure className={classes.picture}>
      {picture.isError && <Failed error={picture.error} onRetry={() => void picture.refetch()} />}
      {picture.isPending && <Skeleton height={HEIGHT_PX} />}
      {picture.isSuccess && picture.data !== null && <Picture blob={picture.data} name={title} />}
      <figcaption className={classes.quiet} dir="auto">
        {text.session.note.artifact(title)}
      </figcaption>
    </figure>
  );
}

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const url = useBlobUrl(blob);
  return url === null ? <Skeleton height={HEIGHT_PX} /> : <img src={url} alt={name} height={HEIGHT_PX} />;
}
