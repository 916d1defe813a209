import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { secureHeaders } from "hono/secure-headers";

/**
 * What browsers are told of the web page, whoever serves it: nothing from elsewhere; WebAssembly and worklets, sound and
 * pictures made in the page; the microphone for nobody else. For hono's `secureHeaders`.
 */
export const PAGE_POLICY: NonNullable<Parameters<typeof secureHeaders>[0]> = {
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
    workerSrc: ["'self'", "blob:"],
    connectSrc: ["'self'"],
    mediaSrc: ["'self'", "blob:"],
    imgSrc: ["'self'", "data:", "blob:"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'none'"],
  },
  permissionsPolicy: { microphone: ["self"], camera: [], geolocation: [] },
  crossOriginEmbedderPolicy: "require-corp",
  // TLS ends before the server, which cannot know whether there is any.
  strictTransportSecurity: false,
};

/** The page's files. @param folder that the page is built to; names in its assets/ change with the content, so they keep */
export function pageFiles(folder: string): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    const kept = c.res.ok && c.req.path.startsWith("/assets/");
    c.header("cache-control", kept ? "public, max-age=31536000, immutable" : "no-cache");
  });
  return app.use(serveStatic({ root: folder }));
}
