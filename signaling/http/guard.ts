import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { PortholeError } from "../protocol/errors.ts";
import { Ingress } from "./ingress.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"]);

interface GuardOptions {
	/** Reachable from the local network: addresses are then good host names too. */
	readonly lan: boolean;
	/** Further names that this server is known by. */
	readonly names: readonly string[];
	/** How requests come here; straight when absent. */
	readonly ingress?: Ingress;
}

/**
 * Turns away requests meant for another site. A strange Host header is DNS rebinding; a strange Origin is another
 * site's script. Programs that send no Origin still need a token.
 */
export class Guard {
	readonly ingress: Ingress;
	readonly #lan: boolean;
	readonly #names: ReadonlySet<string>;

	constructor({ lan, names, ingress = new Ingress() }: GuardOptions) {
		this.ingress = ingress;
		this.#lan = lan;
		this.#names = new Set(names.map((name) => name.toLowerCase()));
	}

	/** Throws PortholeError `wrong-host` or `wrong-origin`. */
	check(request: IncomingMessage): void {
		this.checkHost(request);
		this.checkOrigin(request);
	}

	/** Throws PortholeError `wrong-host`. */
	checkHost(request: IncomingMessage): void {
		const { host } = request.headers;
		const name = hostNameOf(`http://${host ?? ""}`);
		if (name === undefined || !this.#isOurs(name)) {
			throw new PortholeError(
				"wrong-host",
				`This server does not go by the name ${JSON.stringify((host ?? "").slice(0, 100))}. ` +
					"Open it as localhost, or start it with --lan or --name NAME; a proxy has to pass Host on.",
			);
		}
	}

	/** Throws PortholeError `wrong-origin`. */
	checkOrigin(request: IncomingMessage): void {
		if (!this.isForeign(request)) return;
		const origin = request.headers.origin ?? "";
		throw new PortholeError(
			"wrong-origin",
			`A page of ${origin.slice(0, 100)} may not use this server, which is ${this.ingress.siteOf(request).origin} here.`,
		);
	}

	/** Whether a script of another site asks. */
	isForeign(request: IncomingMessage): boolean {
		const { origin } = request.headers;
		return origin !== undefined && !this.ingress.isOwnOrigin(request, origin);
	}

	#isOurs(name: string): boolean {
		return LOOPBACK.has(name) || this.#names.has(name) || (this.#lan && isIP(name) !== 0);
	}
}

function hostNameOf(url: string): string | undefined {
	return URL.parse(url)?.hostname.replace(/^\[|\]$/g, "");
}
