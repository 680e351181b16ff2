// Stands for React in a browser: Preact, and the one hook of the router's that it lacks, which the router uses for
// transitions, which are off.
export * from "preact/compat";
export { default } from "preact/compat";

export const useOptimistic = (state) => [state, () => {}];
