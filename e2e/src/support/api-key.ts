/** API key of the server that a test starts. */
export const API_KEY = "tembo_e2e_0123456789abcdef";
