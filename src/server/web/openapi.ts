import { apiRoutes } from "./api.js";
import { type JsonSchema, one, schemas } from "./views.js";

interface Answered {
  readonly description: string;
  readonly content?: unknown;
}

function plain(description: string): Answered {
  return { description, content: { "text/plain": { schema: { type: "string" } } } };
}

function jsonOf(description: string, schema: JsonSchema): Answered {
  return { description, content: { "application/json": { schema } } };
}

const shared = {
  401: plain("user and password, or a token, is wanted"),
  503: plain("the database is gone; Retry-After says when to come back"),
};

/** The OpenAPI 3.1 document, made from the table of routes. */
export function openApiDocument(version: string): unknown {
  const paths: Record<string, unknown> = {};
  for (const route of apiRoutes)
    paths[route.path] = {
      get: {
        operationId: route.id,
        summary: route.summary,
        parameters: route.parameters.map((parameter) => ({
          ...parameter,
          required: parameter.in === "path",
        })),
        responses: {
          200: jsonOf("what was asked for", route.result),
          ...Object.fromEntries(
            Object.entries(route.rejections ?? {}).map(([status, text]) => [status, plain(text)]),
          ),
          ...shared,
        },
      },
    };
  paths["/api/openapi.json"] = {
    get: {
      operationId: "getOpenApi",
      summary: "This document",
      parameters: [],
      responses: { 200: jsonOf("an OpenAPI 3.1 document", { type: "object" }), 401: shared[401] },
    },
  };
  paths["/report"] = {
    post: {
      operationId: "report",
      summary: "For boards: what became of an update",
      requestBody: { required: true, content: { "application/json": { schema: one("NewReport") } } },
      responses: {
        204: { description: "written down" },
        400: plain("what is wrong with the report"),
        403: plain("the board is blocked"),
        413: plain("more than 4096 bytes"),
        ...shared,
      },
    },
  };
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice update server",
      version,
      description: "Reads the table of boards. How boards themselves ask is in docs/server.md.",
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        basic: { type: "http", scheme: "basic" },
        token: { type: "http", scheme: "bearer" },
      },
    },
    security: [{ basic: [] }, { token: [] }],
  };
}
