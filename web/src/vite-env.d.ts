/// <reference types="vite/client" />

declare module "*?classic" {
  const load: <Code>() => Promise<Code>;
  export default load;
}
