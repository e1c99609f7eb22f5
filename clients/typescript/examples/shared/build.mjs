// Bundles the page and the server of an example into its folder `out`.
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const examples = fileURLToPath(new URL("..", import.meta.url));

/** Builds an example by its name: `portal`, `desk`. */
export async function buildExample(name) {
  const folder = `${examples}${name}/`;
  const out = `${folder}out/`;
  await rm(out, { recursive: true, force: true });
  await mkdir(`${out}page`, { recursive: true });
  const common = { bundle: true, format: "esm", sourcemap: false, logLevel: "warning" };
  await build({
    ...common,
    entryPoints: [`${folder}page/main.ts`, `${folder}page/style.css`],
    outdir: `${out}page`,
    external: ["/art/*"],
    platform: "browser",
    target: "es2022",
    minify: true,
  });
  await build({
    ...common,
    entryPoints: [`${folder}server/start.ts`],
    outfile: `${out}server.mjs`,
    platform: "node",
    target: "node18",
    packages: "external",
  });
  await cp(`${examples}shared/page/index.html`, `${out}page/index.html`);
  await cp(`${examples}shared/page/art`, `${out}page/art`, { recursive: true });
}
