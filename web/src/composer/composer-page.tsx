import { Title } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { text } from "../text/index.ts";
import classes from "./composer.module.css";
import { Composer } from "./composer.tsx";

export function ComposerPage() {
  const given = useSearch({ from: "/inside/sessions/new" });
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <Title order={1} mb="md">
          {text.composer.title}
        </Title>
        <Composer given={given} />
      </div>
    </div>
  );
}
