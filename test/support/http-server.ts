import { type IncomingHttpHeaders, request } from "node:http";
import { Access } from "../../signaling/auth/access.ts";
import { GrantBook } from "../../signaling/auth/grant-book.ts";
import { Guard } from "../../signaling/http/guard.ts";
import { type Listener, type ListenOptions, listen } from "../../signaling/http/listener.ts";
import { createRouter, type Route, type RouterDeps } from "../../signaling/http/router.ts";
import { createMetrics } from "../../signaling/metrics.ts";
import { keys } from "./signaling-harness.ts";

/** Starts routes on a free loopback port; whatever no route takes is answered `page`. */
export async function serveRoutes(
	routes: readonly Route[],
	more: Partial<RouterDeps> & { upgrade?: ListenOptions["upgrade"] } = {},
): Promise<Listener> {
	const { upgrade = (_request, socket) => socket.destroy(), ...deps } = more;
	return listen({
		addresses: ["127.0.0.1"],
		port: 0,
		upgrade,
		request: createRouter({
			guard: new Guard({ lan: false, names: [] }),
			access: new Access(keys, new GrantBook(keys.signingKey)),
			metrics: createMetrics(),
			routes,
			otherwise: (_request, response) => void response.end("page"),
			log: () => {},
			...deps,
		}),
	});
}

export interface Answer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
}

/** One request, with any headers and any path as they are: `fetch` would tidy them. */
export function ask(
	port: number,
	path: string,
	options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
	const { method = "GET", headers = {}, body } = options;
	return new Promise((resolve, reject) => {
		const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () => {
				const { statusCode: status = 0 } = response;
				resolve({ status, headers: response.headers, text: Buffer.concat(chunks).toString("utf8") });
			});
		});
		sent.on("error", reject);
		sent.end(body);
	});
}

/** The headers of whoever has the owner's token. */
export const asOwner = { authorization: `Bearer ${keys.ownerToken}` };
