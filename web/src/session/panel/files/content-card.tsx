import { Button, Group, Loader, Title } from "@mantine/core";
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
import { ContentView } from "./content-view.tsx";
import classes from "./files-panel.module.css";

interface ContentCardProps {
  readonly queryKey: readonly string[];
  readonly title: string;
  readonly fileName: string;
  readonly isHtml?: boolean;
  readonly children: ReactNode;
  readonly load: (signal: AbortSignal) => Promise<Content>;
}

/** Card for a file or artifact. The card loads the content when the user opens or downloads it. */
export function ContentCard({ queryKey, title, fileName, isHtml, children, load }: ContentCardProps) {
  const [isOpen, setIsOpen] = useState(false);
  const queryClient = useQueryClient();
  const query = queryOptions({
    queryKey,
    queryFn: ({ signal }: QueryFunctionContext) => load(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const content = useQuery({ ...query, enabled: isOpen });
  const save = useMutation({
    mutationFn: () => queryClient.ensureQueryData(query),
    onSuccess: (loaded) => download(loaded, fileName),
  });
  return (
    <article className={classes.card} aria-label={title}>
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
            onClick={() => setIsOpen(!isOpen)}
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
      {isOpen && content.isPending && <Loader size="sm" aria-label={text.general.loading} />}
      {isOpen && content.isError && <Failed error={content.error} onRetry={() => void content.refetch()} />}
      {isOpen && content.isSuccess && (
        <ContentView content={content.data} name={title} isHtml={isHtml ?? false} />
      )}
    </article>
  );
}
