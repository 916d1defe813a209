/** Where recordings lie: on a disk, behind http(s), in S3-compatible storage. */
export { SourceError } from "./http.ts";
export { SOURCE_LIMITS, type SourceLimits } from "./limits.ts";
export { isAddress, locationOf, pathOf } from "./location.ts";
export { openSource } from "./open-source.ts";
export { listObjects, parseS3 } from "./s3.ts";
