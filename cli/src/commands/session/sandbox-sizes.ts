export const sandboxSizes = ["nano", "micro", "small", "medium", "large", "xl"];
