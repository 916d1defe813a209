import { z } from "zod";
import { clientMessage, serverMessage } from "./live-messages.ts";
import { AUDIO_TYPES, type Operation, OPERATIONS } from "./operations.ts";
import { problemDetails, PROBLEMS, type ProblemCode } from "./problems.ts";
import { NAMED } from "./schema.ts";

/** A part of a JSON document. */
export type Json = { readonly [key: string]: unknown };

const uri = (id: string): string => `#/components/schemas/${id}`;
const ref = (id: string): Json => ({ $ref: uri(id) });

/** Without the marks that a JSON Schema on its own needs. */
function withoutMarks(schema: object): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !["$schema", "$id", "id"].includes(key)));
}

function schemaOf(schema: z.ZodType): Json {
  const id = NAMED.get(schema)?.id;
  return id === undefined ? withoutMarks(z.toJSONSchema(schema, { io: "input" })) : ref(id);
}

/** The schemas with names. */
function components(): Json {
  const { schemas } = z.toJSONSchema(NAMED, { uri });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutMarks(schema)]));
}

function parameters({ query }: Operation): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query) as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

const AUDIO_BODY: Json = {
  required: true,
  content: {
    ...Object.fromEntries(AUDIO_TYPES.map((type) => [type, { schema: {} }])),
    "multipart/form-data": {
      schema: {
        type: "object",
        required: ["audio"],
        properties: { audio: { type: "string", format: "binary", description: "the recording" } },
      },
    },
  },
};

/** The problems of an operation, by status. */
function problemResponses(problems: readonly ProblemCode[]): Json {
  const statuses = [...new Set(problems.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: problems
          .filter((code) => PROBLEMS[code].status === status)
          .map((code) => `\`${code}\`: ${PROBLEMS[code].title}`)
          .join("; "),
        content: { "application/problem+json": { schema: schemaOf(problemDetails) } },
      },
    ]),
  );
}

function goodResponse({ answer: { type, schema } }: Operation): Json {
  if (type === "101") return { "101": { description: "WebSocket" } };
  return { "200": { description: "OK", content: { [type]: { schema: schema ? schemaOf(schema) : {} } } } };
}

function describe(operationId: string, operation: Operation): Json {
  const { summary, description, key, audio, problems } = operation;
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    ...(key && { security: [{ key: [] }, {}] }),
    ...(operation.query && { parameters: parameters(operation) }),
    ...(audio && { requestBody: AUDIO_BODY }),
    responses: {
      ...goodResponse(operation),
      ...problemResponses(problems),
      ...(operationId === "readyz" && {
        "503": { description: "not ready", content: { "application/json": { schema: ref("Health") } } },
      }),
    },
  };
}

/** The OpenAPI 3.1 description of the server. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [id, operation] of Object.entries(OPERATIONS)) {
    (paths[operation.path] ??= {})[operation.method] = describe(id, operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "speech-emotion",
      version,
      description: "Recognises the emotion in a voice.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths,
    components: {
      schemas: {
        ...components(),
        LiveClientMessage: schemaOf(clientMessage),
        LiveServerMessage: schemaOf(serverMessage),
      },
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "an API key" } },
    },
  };
}
