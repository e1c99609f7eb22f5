// Builds the example and starts it: `npm run portal`.
import { buildPortal } from "./build.mjs";

await buildPortal();
await import("./out/server.mjs");
