import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { readStored, writeStored } from "../../stored.ts";

const KEY = "sessions.layout";

/**
 * Returns the layout of the sessions. The URL decides, so that links show the same page. Without it, the last choice in
 * this browser applies and is added to the URL.
 */
export function useLayout() {
  const { layout } = useSearch({ from: "/inside/sessions" });
  const navigate = useNavigate({ from: "/sessions" });
  const [isRemembered, setIsRemembered] = useState(() => readStored(KEY) === "board");
  const isBoard = layout === "board" || isRemembered;
  useEffect(() => {
    if (isRemembered && layout === undefined)
      void navigate({ search: (search) => ({ ...search, layout: "board" }), replace: true });
  }, [isRemembered, layout, navigate]);
  const toggle = () => {
    writeStored(KEY, isBoard ? null : "board");
    setIsRemembered(!isBoard);
    void navigate({
      search: ({ layout: _, ...filters }) => (isBoard ? filters : { ...filters, layout: "board" }),
      replace: true,
    });
  };
  return { isBoard, toggle };
}
