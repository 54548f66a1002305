import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { baguetteRoutes } from "../../../server/gateways/baguette/routes.ts";
import { deviceRoutes } from "../../../signaling/http/devices.ts";
import { grantRoutes, sessionRoute } from "../../../signaling/http/grants.ts";
import { hostKeyRoutes } from "../../../signaling/http/host-keys.ts";
import { healthRoute, metricsRoute } from "../../../signaling/http/monitoring.ts";
import { openApiRoute } from "../../../signaling/http/openapi.ts";
import type { Route } from "../../../signaling/http/router.ts";
import { whepRoutes } from "../../../signaling/http/whep.ts";
import { whipRoutes } from "../../../signaling/http/whip.ts";
import { ask, serveRoutes } from "../../support/http-server.ts";

/** Nothing of it is used: the routes are looked at, not asked. */
const unused = { now: () => 0 } as never;
const routes: readonly Route[] = [
	healthRoute(() => true),
	metricsRoute(unused),
	sessionRoute(unused, unused),
	...deviceRoutes(unused, unused, unused),
	...grantRoutes(unused),
	...hostKeyRoutes(unused, unused),
	...whepRoutes(unused),
	...whipRoutes(unused),
	...baguetteRoutes(unused),
];

interface Described {
	readonly openapi: string;
	readonly servers: readonly { readonly url: string }[];
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
	readonly parameters?: readonly { readonly name: string; readonly in: string }[];
	readonly security?: readonly object[];
	readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
	readonly responses: Readonly<Record<string, unknown>>;
}

async function described(): Promise<Described> {
	const listener = await serveRoutes([openApiRoute(routes, "1.2.3")]);
	try {
		const { status, text } = await ask(listener.port, "/openapi.json");
		expect(status).toBe(200);
		return JSON.parse(text) as Described;
	} finally {
		await listener.close();
	}
}

it("the API's description is what OpenAPI 3.1 takes, and is open to everybody", async () => {
	const document = await described();
	const { valid, errors } = await new Validator().validate(document as never);
	expect([valid, errors]).toEqual([true, undefined]);
	expect(document.openapi).toMatch(/^3\.1\./);
	expect(document.servers).toEqual([
		{ url: expect.stringMatching(/^http:\/\/(127\.0\.0\.1|localhost):\d+$/) },
	]);
});

/** A value of each part of a path. */
const sample: Readonly<Record<string, string>> = {
	deviceId: "demo",
	udid: "demo",
	name: "button-lock",
	type: "jpg",
	grantId: "G_rant-1",
	hostKeyId: "0123abcd",
	session: "s3cret",
};

it("has every route, at the path that the route takes", async () => {
	const { paths } = await described();
	for (const { method, path, api } of routes) {
		const isOffered = method !== "OPTIONS" && !/\(\?:?simulators\|farm|\.\{1,|plugins/.test(path.source);
		if (!api) {
			// Redirections, preflights, and what this gateway says that it has not.
			expect([method, path.source, isOffered && !/\/\?\$$/.test(path.source)]).toEqual([
				method,
				path.source,
				false,
			]);
			continue;
		}
		const filled = api.path.replace(
			/\{(\w+)\}/g,
			(_, name: string) => sample[name] ?? `no sample of ${name}`,
		);
		expect(filled).toMatch(path);
		const operation = paths[api.path]?.[method.toLowerCase()];
		expect([api.path, method, operation !== undefined]).toEqual([api.path, method, true]);
		const named = [...api.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
		const parameters =
			operation?.parameters?.filter((one) => one.in === "path").map(({ name }) => name) ?? [];
		expect(parameters).toEqual(named);
	}
});

it("tells of a body what checks it", async () => {
	const { paths } = await described();
	const bodyOf = (path: string) => paths[path]?.post?.requestBody?.content["application/json"]?.schema;
	expect(bodyOf("/api/devices/{deviceId}/grants")).toMatchObject({
		type: "object",
		required: ["role"],
		additionalProperties: false,
		properties: {
			role: { enum: ["view", "control", "own"] },
			expiresIn: { type: "integer", minimum: 1, maximum: 365 * 24 * 3600 },
			uses: { maximum: 10_000 },
		},
	});
	expect(bodyOf("/api/devices/{deviceId}/power")).toMatchObject({ properties: { on: { type: "boolean" } } });
	expect(paths["/whep/{deviceId}"]?.post?.requestBody?.content).toHaveProperty(["application/sdp"]);
	const security = (path: string, method: string) => paths[path]?.[method]?.security;
	expect(security("/healthz", "get")).toEqual([]);
	expect(security("/api/devices", "get")).toBeUndefined();
});
