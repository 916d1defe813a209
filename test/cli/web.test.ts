import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { pageApp } from "../../src/cli/web.ts";
import { ser } from "./run-cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-web-files-"));
mkdirSync(path.join(folder, "assets"));
writeFileSync(path.join(folder, "index.html"), "<title>here</title>");
writeFileSync(path.join(folder, "assets/run.wasm"), "\0asm");
writeFileSync(path.join(folder, "../outside.txt"), "secret");

describe("ser web", () => {
  test("serves files with their types, keeps hashed ones, and lets the page connect nowhere else", async () => {
    const app = pageApp(folder);
    const home = await app.request("/");
    expect(await home.text()).toContain("here");
    expect(home.headers.get("content-type")).toContain("text/html");
    expect(home.headers.get("cache-control")).toBe("no-cache");
    expect(home.headers.get("content-security-policy")).toContain("default-src 'self'");
    const wasm = await app.request("/assets/run.wasm");
    expect(wasm.headers.get("content-type")).toBe("application/wasm");
    expect(wasm.headers.get("cache-control")).toContain("immutable");
  });

  test("the page's own policy, for servers that send none, is the one that ours send", async () => {
    const page = readFileSync(new URL("../../web/index.html", import.meta.url), "utf8");
    const [, own] = /Content-Security-Policy"\s+content="([^"]+)"/.exec(page)!;
    const sent = (await pageApp(folder).request("/")).headers.get("content-security-policy")!;
    const rules = (policy: string): string[] => policy.split(";").map((rule) => rule.trim());
    // Browsers take frame-ancestors from a header only.
    expect(rules(own!)).toEqual(rules(sent).filter((rule) => !/^(frame-ancestors|$)/.test(rule)));
  });

  test("nothing outside its folder", async () => {
    const app = pageApp(folder);
    for (const address of ["/../outside.txt", "/%2e%2e/outside.txt", "/assets/..%2f..%2foutside.txt", "/none"]) {
      const response = await app.request(`http://localhost${address}`);
      expect({ address, status: response.status }).toEqual({ address, status: 404 });
    }
  });

  test("a port that is no port, or taken, is refused in a sentence", async () => {
    const wrong = await ser(["web", "--port", "70000"]);
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("--port: 70000 must be a whole number"),
    ]);
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    for (const command of ["web", "serve"]) {
      const taken = await ser([command, "--port", String(port)]);
      expect(taken.exitCode).toBe(2);
      expect(taken.stderr).toMatch(/another program uses it; give another --port|has not been built/);
    }
    other.close();
  });
});
