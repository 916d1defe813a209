import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** A server on this machine. */
export interface FileServer {
  /** Ends in "/". */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves files. @param find the file behind a path such as "/voice.wav"; undefined where there is none */
export async function serveFiles(find: (pathname: string) => string | undefined): Promise<FileServer> {
  const server = createServer((request, response) => {
    const file = find(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = types[path.extname(file)] ?? "application/octet-stream";
    readFile(file).then(
      (body) => response.setHeader("content-type", type).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the test's server has no port");
  return {
    url: `http://127.0.0.1:${bound.port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
