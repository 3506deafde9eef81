import { Box, Loader, NativeSelect, NavLink, Text } from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { NotFound } from "../components/not-found.tsx";
import { text } from "../text/index.ts";
import { settingsText } from "../text/settings/index.ts";
import { ConfirmPassword } from "./kit/confirm-password.tsx";
import { groups } from "./sections.ts";
import classes from "./settings-page.module.css";

export function SettingsPage() {
  const { section: id } = useParams({ from: "/inside/settings/$section" });
  const section = groups.flatMap(({ sections }) => [...sections]).find((candidate) => candidate.id === id);
  if (section === undefined) return <NotFound />;
  const { component: Component } = section;
  return (
    <div className={classes.page}>
      <ConfirmPassword />
      <nav className={classes.side} aria-label={settingsText.sections}>
        <Text fw={650} px={10}>
          {settingsText.title}
        </Text>
        {groups.map((group) => (
          <div key={group.id}>
            <div className={classes.group}>{settingsText.groups[group.id]}</div>
            {group.sections.map(({ id: to, icon: Icon }) => (
              <NavLink
                key={to}
                component={Link}
                to={`/settings/${to}`}
                label={settingsText.names[to]}
                leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
                active={to === id}
                aria-current={to === id ? "page" : undefined}
                className={classes.link}
              />
            ))}
          </div>
        ))}
      </nav>
      <div className={classes.body} key={id}>
        <div className={classes.column}>
          <SectionSelect id={section.id} />
          <Suspense fallback={<Loader size="sm" aria-label={text.general.loading} />}>
            <Component />
          </Suspense>
        </div>
      </div>
    </div>
  );
}

/** Select for the section, which replaces the navigation on a phone. */
function SectionSelect({ id }: { readonly id: string }) {
  const navigate = useNavigate();
  return (
    <Box hiddenFrom="sm" mb="lg">
      <NativeSelect
        aria-label={settingsText.sections}
        value={id}
        onChange={(event) =>
          void navigate({ to: "/settings/$section", params: { section: event.currentTarget.value } })
        }
        data={groups.map((group) => ({
          group: settingsText.groups[group.id],
          items: group.sections.map((section) => ({
            value: section.id,
            label: settingsText.names[section.id],
          })),
        }))}
      />
    </Box>
  );
}
