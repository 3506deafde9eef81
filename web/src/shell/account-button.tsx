import { IconUserCircle } from "@tabler/icons-react";
import type { ComponentPropsWithRef } from "react";
import { usePerson } from "../api/who.ts";
import { text } from "../text/index.ts";
import classes from "./account-menu.module.css";

export function AccountButton(props: ComponentPropsWithRef<"button">) {
  const person = usePerson();
  const name = person.name ?? person.email ?? text.general.somebody;
  return (
    <button type="button" {...props} className={classes.account} aria-label={text.general.account(name)}>
      <IconUserCircle size={18} stroke={1.7} aria-hidden />
      <span className={classes.name}>{name}</span>
    </button>
  );
}
