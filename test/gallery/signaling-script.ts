import type { Page, WebSocketRoute } from "playwright";

/** A signaling message, read as loosely as a state wants it. */
export type LooseMessage = { readonly type: string; readonly [field: string]: unknown };

/** What becomes of a server's message on its way to the page: itself, others instead, or none. */
export type Rewrite = (message: LooseMessage) => readonly LooseMessage[];

/** Signaling between a page and the real server, into which a state may speak. */
export interface SignalingScript {
	/** Says something to the page in the server's name. */
	say(message: LooseMessage): void;
	/** Cuts the connection and lets no other through. */
	cut(): void;
}

/** Puts itself between a page and signaling, before the page is opened. */
export async function scriptSignaling(page: Page, rewrite: Rewrite): Promise<SignalingScript> {
	let current: WebSocketRoute | undefined;
	let shut = false;
	await page.routeWebSocket(/\/signal$/, (route) => {
		if (shut) return void route.close();
		current = route;
		const server = route.connectToServer();
		server.onMessage((text) => {
			for (const message of rewrite(JSON.parse(String(text)))) route.send(JSON.stringify(message));
		});
	});
	return {
		say: (message) => current?.send(JSON.stringify(message)),
		cut() {
			shut = true;
			void current?.close();
		},
	};
}
