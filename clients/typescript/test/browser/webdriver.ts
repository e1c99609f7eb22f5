// Debian's Chromium, driven through chromedriver by the WebDriver protocol (W3C): a few calls of JSON over HTTP need no
// library, and nothing downloads another browser.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A line of the browser's console: scripts, refused loads, the content security policy. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
}

/** A window of its own profile. */
export class Browser {
  private constructor(
    private readonly driver: ChildProcess,
    private readonly session: string,
    private readonly profile: string,
  ) {}

  static async start(): Promise<Browser> {
    const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
    const profile = mkdtempSync(join(tmpdir(), "chromium-"));
    try {
      const port = await portOf(driver);
      const base = `http://127.0.0.1:${port}/session`;
      const { sessionId } = await call<{ sessionId: string }>("POST", base, { capabilities: capabilities(profile) });
      return new Browser(driver, `${base}/${sessionId}`, profile);
    } catch (error) {
      driver.kill();
      rmSync(profile, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await call("DELETE", this.session).catch(() => undefined);
    const ended = new Promise((done) => this.driver.once("exit", done));
    this.driver.kill();
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Opens an address and waits until it is loaded. */
  async open(url: string): Promise<void> {
    await this.post("/url", { url });
  }

  /** Runs a script in the page, past its content security policy. It may return a promise. */
  async run<T>(script: string, ...args: unknown[]): Promise<T> {
    return this.post<T>("/execute/sync", { script, args });
  }

  /** Waits until a script is true; tells what it waited for. */
  async until(what: string, script: string, ...args: unknown[]): Promise<void> {
    const end = Date.now() + 10_000;
    while (Date.now() < end) {
      if (await this.run<boolean>(`return Boolean(${script});`, ...args)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    const page = await this.run<string>("return document.body.innerText;");
    throw new Error(`waited in vain for ${what}; the page reads:\n${page}`);
  }

  /** Clicks as a person does: into the middle of what is seen. */
  async click(selector: string): Promise<void> {
    await this.post(`/element/${await this.find(selector)}/click`, {});
  }

  /** Presses keys, one after the other, wherever the focus is. */
  async press(...keys: string[]): Promise<void> {
    const actions = keys.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.post("/actions", { actions: [{ type: "key", id: "keys", actions }] });
  }

  /** The text of an element, as it is seen. */
  async text(selector: string): Promise<string> {
    return call("GET", `${this.session}/element/${await this.find(selector)}/text`);
  }

  /** Emulates a device: size in CSS pixels. Phones and tablets are touched. */
  async device(width: number, height: number, isTouch = false): Promise<void> {
    await this.devtools("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: isTouch });
    await this.devtools("Emulation.setTouchEmulationEnabled", { enabled: isTouch });
  }

  /** What the user has set: `dark`, `light`. */
  async colours(value: "dark" | "light"): Promise<void> {
    await this.devtools("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  }

  /** The whole page, as a PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.devtools<{ data: string }>("Page.captureScreenshot", { captureBeyondViewport: true });
    return Buffer.from(data, "base64");
  }

  /** What the console said since it was last asked. */
  async console(): Promise<LogLine[]> {
    return this.post<LogLine[]>("/se/log", { type: "browser" });
  }

  /** Is a dialog of a script open? */
  async hasDialog(): Promise<boolean> {
    return call<string>("GET", `${this.session}/alert/text`).then(() => true, () => false);
  }

  /** Closes the dialog of a script. */
  async dismiss(): Promise<void> {
    await this.post("/alert/dismiss", {});
  }

  /** Forgets cookies and what pages have stored. */
  async forget(origin: string): Promise<void> {
    await this.devtools("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
    await this.devtools("Network.clearBrowserCookies", {});
  }

  private async find(selector: string): Promise<string> {
    const found = await this.post<Record<string, string>>("/element", { using: "css selector", value: selector });
    return Object.values(found)[0]!;
  }

  private devtools<T>(cmd: string, params: object): Promise<T> {
    return this.post<T>("/goog/cdp/execute", { cmd, params });
  }

  private post<T>(path: string, body: object): Promise<T> {
    return call<T>("POST", this.session + path, body);
  }
}

function capabilities(profile: string) {
  // The pages are our own, on loopback: the sandbox, which containers and root often cannot have, protects nothing here.
  const args = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run"];
  args.push("--disable-background-networking", "--disable-component-update", "--lang=en", `--user-data-dir=${profile}`);
  return {
    alwaysMatch: {
      browserName: "chrome",
      "goog:loggingPrefs": { browser: "ALL" },
      "goog:chromeOptions": { args },
      // A dialog that opens stays, to be found.
      unhandledPromptBehavior: "ignore",
    },
  };
}

function portOf(driver: ChildProcess): Promise<number> {
  return new Promise((found, failed) => {
    let output = "";
    driver.stdout!.on("data", (bytes: Buffer) => {
      output += bytes.toString();
      const port = /on port (\d+)\./.exec(output);
      if (port) found(Number(port[1]));
    });
    driver.once("error", failed);
    driver.once("exit", (code) => failed(new Error(`chromedriver ended with ${code}:\n${output}`)));
  });
}

async function call<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
