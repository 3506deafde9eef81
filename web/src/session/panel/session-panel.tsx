import { CloseButton, Tabs, Title } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import {
  IconChartBar,
  IconFileDiff,
  IconFiles,
  IconGitPullRequest,
  IconListDetails,
  IconMessages,
  IconPhoto,
  IconServer2,
  IconTerminal2,
  IconWorld,
} from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Session, SessionEvent } from "@tembo-io/sdk";
import { type ComponentType, type ReactNode, Suspense } from "react";
import { lazyPart } from "../../components/loading/lazy-part.ts";
import { Loading } from "../../components/loading/loading.tsx";
import { text } from "../../text/index.ts";
import { formatPanelCount, usePanelCounts } from "./panel-counts.ts";
import { PanelHandle } from "./panel-handle.tsx";
import type { PanelProps } from "./panel-props.ts";
import { type PanelName, panelNames } from "./panel-search.ts";
import { useServices } from "./services/services-query.ts";
import classes from "./session-panel.module.css";
import { useSwipe } from "./use-swipe.ts";

const icons: Record<PanelName, typeof IconFiles> = {
  changes: IconFileDiff,
  files: IconFiles,
  pulls: IconGitPullRequest,
  artifacts: IconPhoto,
  usage: IconChartBar,
  preview: IconWorld,
  services: IconServer2,
  terminal: IconTerminal2,
  events: IconListDetails,
};

const contents: Record<PanelName, ComponentType<PanelProps>> = {
  changes: lazyPart(async () => ({ default: (await import("./changes/changes-panel.tsx")).ChangesPanel })),
  files: lazyPart(async () => ({ default: (await import("./files/files-panel.tsx")).FilesPanel })),
  pulls: lazyPart(async () => ({ default: (await import("./pulls/pulls-panel.tsx")).PullsPanel })),
  artifacts: lazyPart(async () => ({
    default: (await import("./files/artifacts-panel.tsx")).ArtifactsPanel,
  })),
  usage: lazyPart(async () => ({ default: (await import("./usage/usage-panel.tsx")).UsagePanel })),
  preview: lazyPart(async () => ({ default: (await import("./preview/preview-panel.tsx")).PreviewPanel })),
  services: lazyPart(async () => ({
    default: (await import("./services/services-panel.tsx")).ServicesPanel,
  })),
  terminal: lazyPart(async () => ({
    default: (await import("./terminal/terminal-panel.tsx")).TerminalPanel,
  })),
  events: lazyPart(async () => ({ default: (await import("./events/events-panel.tsx")).EventsPanel })),
};

/** Value of the conversation tab, which exists only on a phone. */
const CONVERSATION = "conversation";
const phone = "(max-width: 48em)";

interface SessionPanelProps {
  /** The session, or undefined while it loads. */
  readonly session: Session | undefined;
  readonly events: readonly SessionEvent[];
  readonly children: ReactNode;
}

/**
 * Shows the session's results next to the conversation, with a resize handle. On a phone, shows both as tabs, between
 * which the user can also swipe.
 */
export function SessionPanel({ session, events, children }: SessionPanelProps) {
  const { panel } = useSearch({ from: "/inside/sessions/$sessionId" });
  const navigate = useNavigate({ from: "/sessions/$sessionId" });
  const isPhone = useMediaQuery(phone, globalThis.matchMedia(phone).matches);
  const [width, setWidth] = useLocalStorage({
    key: "tembo.panelWidth",
    defaultValue: 640,
    getInitialValueInEffect: false,
  });
  const services = useServices(session, events);
  const counts = usePanelCounts(session, events);
  // The panel shows why the services could not be loaded.
  const mayHaveServices = services.isLoadingError || (services.data?.length ?? 0) > 0;
  // An open panel stays, because a link can open it before the services are known.
  const shownNames = panelNames.filter((name) => name !== "services" || name === panel || mayHaveServices);
  const show = (next: string | null) =>
    void navigate({
      search: (old) => ({ ...old, panel: panelNames.find((name) => name === next) }),
      replace: true,
    });
  const swipe = useSwipe((step) => {
    const tabs = [CONVERSATION, ...shownNames];
    const next = tabs[tabs.indexOf(panel ?? CONVERSATION) + step];
    if (next !== undefined) show(next);
  });
  return (
    <Tabs
      {...(isPhone && swipe)}
      value={panel ?? (isPhone ? CONVERSATION : null)}
      onChange={show}
      allowTabDeactivation={!isPhone}
      orientation={isPhone ? "horizontal" : "vertical"}
      placement="right"
      keepMounted={false}
      className={classes.layout}
      classNames={{
        list: classes.list!,
        tab: classes.tab!,
        tabSection: classes.icon!,
        panel: classes.panel!,
      }}
    >
      <div className={classes.conversation} data-behind={(isPhone && panel !== undefined) || undefined}>
        {children}
      </div>
      {panel !== undefined && (
        <>
          {!isPhone && <PanelHandle width={width} onChange={setWidth} />}
          <Tabs.Panel value={panel} style={isPhone ? undefined : { width }}>
            <header className={classes.header}>
              <Title order={2}>{text.panel.names[panel]}</Title>
              {!isPhone && <CloseButton onClick={() => show(null)} aria-label={text.panel.close} />}
            </header>
            {session !== undefined && (
              <Content key={session.id} name={panel} session={session} events={events} />
            )}
          </Tabs.Panel>
        </>
      )}
      <Tabs.List aria-label={text.panel.label}>
        {isPhone && (
          <Tabs.Tab value={CONVERSATION} leftSection={<IconMessages size={18} stroke={1.7} aria-hidden />}>
            {text.panel.conversation}
          </Tabs.Tab>
        )}
        {shownNames.map((name) => {
          const Icon = icons[name];
          const count = formatPanelCount(counts[name]);
          return (
            <Tabs.Tab
              key={name}
              value={name}
              ref={name === panel ? reveal : undefined}
              leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
            >
              {text.panel.names[name]}
              {count !== null && (
                <>
                  {" "}
                  <span className={classes.count}>{count}</span>
                </>
              )}
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
    </Tabs>
  );
}

/** Scrolls the tab into view. On a phone, the row of tabs is wider than the screen. */
function reveal(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: "nearest", inline: "center" });
}

function Content({ name, ...props }: PanelProps & { readonly name: PanelName }) {
  const Panel = contents[name];
  return (
    <Suspense fallback={<Loading />}>
      <Panel {...props} />
    </Suspense>
  );
}
