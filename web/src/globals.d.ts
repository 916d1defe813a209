/** The package's version; vite.config.ts puts it in. */
declare const __VERSION__: string;
