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
