import { Anchor, type AnchorProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";
import classes from "./text-link.module.css";

/** Inline link to a page of the dashboard. */
export const TextLink = createLink(
  (props: AnchorProps & Omit<ComponentPropsWithRef<"a">, keyof AnchorProps>) => (
    <Anchor {...props} classNames={{ root: classes.link! }} />
  ),
);
