// Builds an example and starts it: `node examples/shared/start.mjs portal`, or `desk`.
import { buildExample } from "./build.mjs";

const name = process.argv[2];
if (name !== "portal" && name !== "desk") {
  process.stderr.write("usage: node examples/shared/start.mjs portal|desk\n");
  process.exit(64);
}
await buildExample(name);
await import(`../${name}/out/server.mjs`);
