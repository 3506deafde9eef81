import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import type { SessionService } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../../api/client.ts";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { LogView } from "../../../components/log/log-view.tsx";
import { useLog } from "../../../components/log/use-log.ts";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { formatDuration } from "../../../format/duration.ts";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import type { PanelProps } from "../panel-props.ts";
import { chooseService } from "./choose-service.ts";
import classes from "./services-panel.module.css";
import { isRunning, useServices } from "./services-query.ts";

const words = text.panel.services;

/** Shows the state of each service in the sandbox, and the log of the selected one. */
export function ServicesPanel({ session, events }: PanelProps) {
  const query = useServices(session, events);
  const [chosenName, setChosenName] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isLoading) return <Loading />;
  const services = query.data ?? [];
  const chosen = chooseService(services, chosenName);
  if (chosen === null) return <Nothing>{words.none}</Nothing>;
  // Keeps the service whose log is shown, also if another one exits later.
  if (chosen.name !== chosenName) setChosenName(chosen.name);
  return (
    <div className={classes.layout}>
      <ul className={classes.list} aria-label={words.list}>
        {services.map((service) => (
          <li key={service.name}>
            <Service
              service={service}
              isChosen={service.name === chosen.name}
              onChoose={() => setChosenName(service.name)}
            />
          </li>
        ))}
      </ul>
      <VisuallyHidden aria-live="polite">
        {services.map((service) => (
          <p key={service.name}>{words.stateOf(service.name, describe(service))}</p>
        ))}
      </VisuallyHidden>
      <ServiceLog
        key={`${chosen.name} ${chosen.startedAt} ${attempt}`}
        sessionId={session.id}
        service={chosen}
        onRetry={() => setAttempt(attempt + 1)}
      />
    </div>
  );
}

interface ServiceProps {
  readonly service: SessionService;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Service({ service, isChosen, onChoose }: ServiceProps) {
  const { name, command, state, changedAt, readyMs, port } = service;
  const facts = [
    ...(readyMs === null ? [] : [words.readyAfter(formatDuration(readyMs))]),
    ...(port === null ? [] : [words.port(port)]),
  ];
  return (
    <UnstyledButton className={classes.service!} aria-pressed={isChosen} onClick={onChoose}>
      <span className={classes.dot} data-state={state} aria-hidden />
      <span className={classes.name}>{name}</span>
      <span className={classes.state}>{describe(service)}</span>
      <span className={classes.facts}>
        {changedAt !== null && <TimeAgo at={changedAt} />}
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </span>
      <code className={classes.command} dir="ltr">
        {command}
      </code>
    </UnstyledButton>
  );
}

function describe({ state, exitCode, startedAt }: SessionService): string {
  if (state === "exited") return words.exited(exitCode);
  return startedAt === null ? words.state.notStarted : words.state[state];
}

interface ServiceLogProps {
  readonly sessionId: string;
  readonly service: SessionService;
  readonly onRetry: () => void;
}

function ServiceLog({ sessionId, service, onRetry }: ServiceLogProps) {
  const { name, startedAt } = service;
  const log = useLog(name, (signal) => tembo.sessions.services.followLog(sessionId, name, { signal }));
  const empty = startedAt === null ? words.notStarted : isRunning(service) ? words.noLog : words.noOutput;
  return <LogView log={log} label={words.log(name)} empty={empty} mark={null} onRetry={onRetry} />;
}
