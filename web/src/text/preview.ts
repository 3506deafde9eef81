export const preview = {
  title: "Open preview",
  opening: "Opening the preview…",
};
