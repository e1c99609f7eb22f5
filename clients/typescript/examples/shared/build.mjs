// Bundles the page and the server of the example into `out`.
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

export async function buildPortal() {
  await rm(`${here}out`, { recursive: true, force: true });
  await mkdir(`${here}out/page`, { recursive: true });
  const common = { bundle: true, format: "esm", sourcemap: false, logLevel: "warning" };
  await build({
    ...common,
    entryPoints: [`${here}page/main.ts`],
    outfile: `${here}out/page/main.js`,
    platform: "browser",
    target: "es2022",
    minify: true,
  });
  await build({
    ...common,
    entryPoints: [`${here}server/start.ts`],
    outfile: `${here}out/server.mjs`,
    platform: "node",
    target: "node18",
    packages: "external",
  });
  await cp(`${here}page/index.html`, `${here}out/page/index.html`);
  await cp(`${here}page/style.css`, `${here}out/page/style.css`);
  await cp(`${here}page/art`, `${here}out/page/art`, { recursive: true });
}
