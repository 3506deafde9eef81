import { Button, Group, Loader, Title } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import {
  type QueryFunctionContext,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Failed } from "../../../components/failed.tsx";
import { text } from "../../../text/index.ts";
import { type Content, download } from "./content.ts";
import type { ContentFormat } from "./content-format.ts";
import { ContentView } from "./content-view.tsx";
import classes from "./files-panel.module.css";
import { PicturePlace } from "./picture.tsx";

/** Maximum size in bytes of a picture that loads without a click. */
const MAX_INLINE_BYTES = 5 * 1024 ** 2;

interface ContentCardProps {
  readonly queryKey: readonly string[];
  readonly title: string;
  readonly fileName: string;
  readonly format: ContentFormat;
  readonly sizeBytes?: number | null;
  readonly children: ReactNode;
  readonly load: (signal: AbortSignal) => Promise<Content>;
}

/**
 * Card for a file or artifact. The card loads the content when the user opens or downloads it. Pictures in PNG files
 * load when the user scrolls to them.
 */
export function ContentCard({
  queryKey,
  title,
  fileName,
  format,
  sizeBytes,
  children,
  load,
}: ContentCardProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const { ref, inViewport } = useInViewport<HTMLElement>();
  const isSmall = sizeBytes != null && sizeBytes <= MAX_INLINE_BYTES;
  const isInline = format === "picture" && /\.png$/i.test(fileName) && isSmall;
  const queryClient = useQueryClient();
  const query = queryOptions({
    queryKey,
    queryFn: ({ signal }: QueryFunctionContext) => load(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const content = useQuery({ ...query, enabled: chosen ?? (isInline && inViewport) });
  // A name does not prove that a file is a PNG. The browser draws other pictures only if the user opens them.
  const isOpen = chosen ?? (isInline && (content.data === undefined || content.data.png !== null));
  const save = useMutation({
    mutationFn: () => queryClient.ensureQueryData(query),
    onSuccess: (loaded) => download(loaded, fileName),
  });
  return (
    <article ref={ref} className={classes.card} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <div className={classes.about}>
          <Title order={3} className={classes.title} dir="auto">
            {title}
          </Title>
          {children}
        </div>
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={isOpen}
            onClick={() => setChosen(!isOpen)}
          >
            {isOpen ? text.panel.hide : text.panel.open}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => save.mutate()}
            loading={save.isPending}
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {text.panel.download}
          </Button>
        </Group>
      </Group>
      {save.isError && <Failed error={save.error} onRetry={() => save.mutate()} />}
      {isOpen &&
        content.isPending &&
        (isInline ? <PicturePlace /> : <Loader size="sm" aria-label={text.general.loading} />)}
      {isOpen && content.isError && <Failed error={content.error} onRetry={() => void content.refetch()} />}
      {isOpen && content.isSuccess && <ContentView content={content.data} name={title} format={format} />}
    </article>
  );
}
