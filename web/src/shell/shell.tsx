import { Burger } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconBox,
  IconChartBar,
  IconFolders,
  IconGitPullRequest,
  IconMessages,
  IconRobot,
  IconSettings,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { followSessions } from "../api/follow-sessions.ts";
import { useSettled } from "../components/use-settled.ts";
import { RunningSign } from "../sessions/running-sign.tsx";
import { needsYouQuery } from "../sessions/sessions-query.ts";
import { countText } from "../sessions/use-sessions.ts";
import { text } from "../text/index.ts";
import { AccountPlace } from "./account-place.tsx";
import { GlobalKeys } from "./global-keys.tsx";
import classes from "./shell.module.css";

const places = [
  { to: "/sessions", label: text.general.sessions, icon: IconMessages },
  { to: "/review", label: text.general.review, icon: IconGitPullRequest },
  { to: "/repositories", label: text.general.repositories, icon: IconFolders },
  { to: "/projects", label: text.general.projects, icon: IconBox },
  { to: "/agents", label: text.general.agents, icon: IconRobot },
  { to: "/insights", label: text.general.insights, icon: IconChartBar },
  { to: "/settings", label: text.general.settings, icon: IconSettings },
] as const;

/** Layout of every page that requires a sign-in. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const waiting = countText(useQuery(needsYouQuery).data);
  const queryClient = useQueryClient();
  // The page's first requests take precedence.
  const isSettled = useSettled();
  useEffect(() => (isSettled ? followSessions(queryClient) : undefined), [isSettled, queryClient]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu on a phone
  useEffect(close, [pathname]);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {text.general.skip}
      </a>
      <header className={classes.header}>
        <Burger opened={isOpen} onClick={toggle} size="sm" aria-label={text.general.menu} />
        <span className={classes.product}>{text.general.product}</span>
      </header>
      <nav className={classes.navbar} data-open={isOpen || undefined} aria-label={text.general.navigation}>
        <Link to="/sessions" className={classes.brand}>
          <img src="/icon.svg" alt="" width={22} height={22} />
          <span className={classes.product}>{text.general.product}</span>
        </Link>
        <div className={classes.places}>
          {places.map(({ to, label, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              className={classes.place}
              data-active={pathname.startsWith(to) || undefined}
            >
              <Icon size={16} stroke={1.6} aria-hidden />
              <span className={classes.label}>{label}</span>
              {to === "/sessions" && waiting !== null && (
                <span className={classes.count} aria-label={text.sessions.waiting(waiting)} role="img">
                  {waiting}
                </span>
              )}
            </Link>
          ))}
        </div>
        <AccountPlace />
      </nav>
      <RunningSign />
      <GlobalKeys />
      <main id="content" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  );
}
