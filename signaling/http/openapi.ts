import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { OWNER_COOKIE } from "../auth/cookies.ts";
import { sendJson } from "./responses.ts";
import type { ApiContent, ApiOperation, Route } from "./router.ts";

/** What every error is answered with, but for Baguette's routes, which have `{"ok":false,"error":WORDS}`. */
const errorSchema = v.object({
	error: v.object({
		/** See docs/errors.md. */
		code: v.string(),
		message: v.string(),
	}),
});

const COOKIE_WORDS = "As POST /api/session sets it; for the token of a link it is one of the link's own.";

/** `GET /openapi.json`: the routes in the words of OpenAPI 3.1, made of the schemas that check requests. */
export function openApiRoute(routes: readonly Route[], version: string): Route {
	const paths = pathsOf(routes);
	return {
		method: "GET",
		path: /^\/openapi\.json$/,
		for: "anyone",
		handle({ site }, response) {
			sendJson(response, 200, {
				openapi: "3.1.1",
				info: {
					title: "Porthole",
					version,
					description:
						"Devices on a URL. The owner's token may do anything; the token of a share link works at /whep and /simulators.",
					license: { name: "MIT", identifier: "MIT" },
				},
				servers: [{ url: site.origin + site.base }],
				security: [{ bearer: [] }, { cookie: [] }],
				paths,
				components: {
					securitySchemes: {
						bearer: { type: "http", scheme: "bearer" },
						cookie: { type: "apiKey", in: "cookie", name: OWNER_COOKIE, description: COOKIE_WORDS },
					},
					schemas: { Error: jsonSchemaOf(errorSchema) },
				},
			});
		},
	};
}

function pathsOf(routes: readonly Route[]): Record<string, Record<string, object>> {
	const paths: Record<string, Record<string, object>> = {};
	for (const { method, api } of routes) {
		if (api) paths[api.path] = { ...paths[api.path], [method.toLowerCase()]: operationOf(method, api) };
	}
	return paths;
}

function operationOf(method: Route["method"], api: ApiOperation): object {
	const parameters = [
		...[...api.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
			name,
			in: "path",
			required: true,
			schema: { type: "string" },
		})),
		...Object.entries(api.query ?? {}).map(([name, description]) => ({
			name,
			in: "query",
			description,
			schema: { type: "string" },
		})),
	];
	const words = api.path.split(/\W+/).filter((word) => word !== "");
	return {
		operationId: method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(""),
		summary: api.summary,
		...(api.isOpen && { security: [] }),
		...(parameters.length > 0 && { parameters }),
		...(api.body && { requestBody: { required: true, content: contentOf(api.body) } }),
		responses: {
			...Object.fromEntries(
				Object.entries(api.answers).map(([status, { means, content }]) => [
					status,
					{ description: means, ...(content && { content: contentOf(content) }) },
				]),
			),
			default: {
				description: "It was refused, or it failed; the message says why and what to do.",
				content: {
					"application/json": {
						schema: api.error ? jsonSchemaOf(api.error) : { $ref: "#/components/schemas/Error" },
					},
				},
			},
		},
	};
}

function contentOf(content: ApiContent): Record<string, object> {
	if ("schema" in content) return { "application/json": { schema: jsonSchemaOf(content.schema) } };
	const isText = !content.type.startsWith("image/");
	return { [content.type]: { schema: isText ? { type: "string" } : {} } };
}

/** What a schema takes, as it stands on the wire. What JSON Schema has no words for, such as trimming, is left out. */
function jsonSchemaOf(schema: v.GenericSchema): JsonSchema {
	const { $schema: _dialect, ...rest } = toJsonSchema(schema, {
		target: "draft-2020-12",
		typeMode: "input",
		errorMode: "ignore",
	});
	return rest;
}
