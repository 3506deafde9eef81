import { Anchor } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

/** Inline link to a page of the dashboard. */
export const TextLink = createLink(Anchor<"a">);
