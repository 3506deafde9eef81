import { Tabs, type TabsProps } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./page-tabs.module.css";

interface Tab {
  readonly value: string;
  readonly label: string;
  readonly content: ReactNode;
  /** True to keep the tab's unsaved edits while another tab is open. */
  readonly isKept?: boolean;
}

/** Tabs that fill the rest of a page. */
export function PageTabs({
  label,
  tabs,
  ...props
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
} & Pick<TabsProps, "value" | "onChange">) {
  return (
    <Tabs
      {...props}
      className={classes.tabs}
      keepMounted={false}
      // Keeps the effects of a hidden form, which warns before unsaved edits are lost.
      keepMountedMode="display-none"
    >
      <Tabs.List aria-label={label} px="md" className={classes.list}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, content, isKept = false }) => (
        <Tabs.Panel key={value} value={value} keepMounted={isKept} className={classes.panel}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
