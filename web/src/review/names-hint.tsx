import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { forgeNamesQuery } from "../api/forge-names.ts";
import { usePerson } from "../api/who.ts";
import { TextLink } from "../components/text-link.tsx";
import { text } from "../text/index.ts";
import classes from "./review-page.module.css";

/** Asks the user to add missing forge usernames. The inbox needs them to match authors and reviewers to the user. */
export function NamesHint() {
  const names = useQuery(forgeNamesQuery(usePerson().id));
  const unknown = (names.data ?? []).filter(({ login }) => login === null);
  if (unknown.length === 0) return null;
  return (
    <Text size="sm" className={classes.hint}>
      <bdi>{text.review.names.unknown(unknown.map(({ displayName }) => displayName))}</bdi>{" "}
      <TextLink to="/settings/$section" params={{ section: "account" }} size="sm">
        {text.review.names.addUsername}
      </TextLink>
    </Text>
  );
}
