import { AppShell, Box, Burger, Group, NavLink, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconChartBar,
  IconFolders,
  IconGitPullRequest,
  IconMessages,
  IconRobot,
  IconSettings,
} from "@tabler/icons-react";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { RunningSign } from "../sessions/running-sign.tsx";
import { text } from "../text/index.ts";
import { AccountMenu } from "./account-menu.tsx";
import classes from "./shell.module.css";

const places = [
  { to: "/sessions", label: text.general.sessions, icon: IconMessages },
  { to: "/review", label: text.general.review, icon: IconGitPullRequest },
  { to: "/repositories", label: text.general.repositories, icon: IconFolders },
  { to: "/agents", label: text.general.agents, icon: IconRobot },
  { to: "/insights", label: text.general.insights, icon: IconChartBar },
  { to: "/settings", label: text.general.settings, icon: IconSettings },
] as const;

/** What surrounds every page of who is signed in. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu of a phone
  useEffect(close, [pathname]);
  return (
    <AppShell
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding={0}
    >
      <a className={classes.skip} href="#content">
        {text.general.skip}
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="sm" gap="sm">
          <Burger opened={isOpen} onClick={toggle} size="sm" aria-label={text.general.menu} />
          <Text fw={650}>{text.general.product}</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        p="xs"
        className={classes.navbar}
        data-open={isOpen || undefined}
        aria-label={text.general.navigation}
      >
        <UnstyledButton component={Link} to="/sessions" className={classes.brand} visibleFrom="sm">
          <img src="/icon.svg" alt="" width={22} height={22} />
          <Text fw={650}>{text.general.product}</Text>
        </UnstyledButton>
        <Box className={classes.places}>
          {places.map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon size={17} stroke={1.7} aria-hidden />}
              active={pathname.startsWith(to)}
              className={classes.place}
            />
          ))}
        </Box>
        <AccountMenu />
      </AppShell.Navbar>
      <RunningSign />
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
