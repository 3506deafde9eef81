import {
  ActionIcon,
  Alert,
  Button,
  CopyButton,
  Group,
  SegmentedControl,
  Select,
  Text,
  TextInput,
} from "@mantine/core";
import { IconExternalLink, IconLink, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Preview } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../../api/client.ts";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { Refusal } from "../../../components/refusal.tsx";
import { formatDateTime } from "../../../format/dates.ts";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import type { PanelProps } from "../panel-props.ts";
import { versionOf } from "../version-of.ts";
import classes from "./preview-panel.module.css";

const words = text.panel.preview;
const changingTypes = new Set(["preview.published", "preview.removed"]);
const widths = ["full", "desktop", "phone"] as const;
type Width = (typeof widths)[number];

/** Shows a published port of the sandbox. */
export function PreviewPanel({ session, events }: PanelProps) {
  const query = useQuery({
    queryKey: ["session", session.id, "previews", versionOf(events, changingTypes)],
    queryFn: ({ signal }) => tembo.sessions.previews.list(session.id, { signal }),
    placeholderData: (before) => before,
  });
  const [chosenId, setChosenId] = useState<string | null>(null);
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading />;
  const { items: previews, unavailableReason, maxShareMinutes } = query.data;
  if (unavailableReason !== null) return <Nothing>{unavailableReason}</Nothing>;
  const chosen = previews.find(({ id }) => id === chosenId) ?? previews[0];
  if (chosen === undefined) return <Nothing>{words.none}</Nothing>;
  return (
    <div className={classes.layout}>
      <Frame key={chosen.id} preview={chosen} canShare={maxShareMinutes > 0}>
        <Select
          size="xs"
          className={classes.port!}
          aria-label={words.port}
          allowDeselect={false}
          value={chosen.id}
          onChange={setChosenId}
          data={previews.map(({ id, port, name }) => ({ value: id, label: words.portName(port, name) }))}
        />
      </Frame>
    </div>
  );
}

interface FrameProps {
  readonly preview: Preview;
  readonly canShare: boolean;
  readonly children: React.ReactNode;
}

function Frame({ preview, canShare, children }: FrameProps) {
  const [width, setWidth] = useState<Width>("full");
  // Each load needs a new link, because a link works once. The key is not below the session's key, so that the events of
  // a turn do not load the page again.
  const link = useQuery({
    queryKey: ["preview-link", preview.id],
    queryFn: ({ signal }) => tembo.previews.open({ host: new URL(preview.url).host }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <Group gap="xs">
        {children}
        <SegmentedControl
          size="xs"
          aria-label={words.width}
          value={width}
          onChange={(next) => setWidth(next as Width)}
          data={widths.map((value) => ({ value, label: words.widths[value] }))}
        />
        <ActionIcon variant="default" aria-label={words.reload} onClick={() => void link.refetch()}>
          <IconRefresh size={16} stroke={1.7} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="default"
          component="a"
          href={preview.url}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={words.openOutside}
        >
          <IconExternalLink size={16} stroke={1.7} aria-hidden />
        </ActionIcon>
        {canShare && <Share preview={preview} />}
      </Group>
      <Refusal error={link.error} />
      {link.data !== undefined && (
        <div className={classes.stage}>
          <iframe
            key={link.data.url}
            className={classes.frame}
            data-width={width}
            title={words.portName(preview.port, preview.name)}
            src={link.data.url}
            // The preview has another origin, so `allow-same-origin` gives it only its own storage. Its new tabs have no
            // sandbox, like those that the person opens. Otherwise, browsers block pages with a
            // `Cross-Origin-Opener-Policy` there, such as the dashboard.
            sandbox="allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads"
            referrerPolicy="no-referrer"
          />
        </div>
      )}
      <Text size="xs" c="dimmed">
        {words.about}
      </Text>
    </>
  );
}

function Share({ preview }: { readonly preview: Preview }) {
  const share = useMutation({
    mutationFn: () => tembo.sessions.previews.shares.create(preview.sessionId, preview.id),
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconLink size={16} stroke={1.7} aria-hidden />}
        loading={share.isPending}
        onClick={() => share.mutate()}
      >
        {words.share}
      </Button>
      <Refusal error={share.error} />
      {share.data !== undefined && (
        <Alert className={classes.shared!} p="sm" color="gray" role="status">
          <Text size="xs">{words.shared(formatDateTime(new Date(share.data.expiresAt)))}</Text>
          <Group gap="xs" wrap="nowrap">
            <TextInput
              className={classes.link!}
              size="xs"
              readOnly
              aria-label={words.link}
              value={share.data.url}
            />
            <CopyButton value={share.data.url}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? words.copied : words.copy}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
    </>
  );
}
