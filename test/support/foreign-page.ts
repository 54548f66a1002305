import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

const require = createRequire(import.meta.url);

/** Clients of WHEP and WHIP that this project did not write, by the path that they are served at. */
const scripts: Readonly<Record<string, string>> = {
	"/whep.js": require.resolve("whip-whep/whep.js"),
	"/whip.js": require.resolve("whip-whep/whip.js"),
};

const PAGE = `<!doctype html><title>Somebody else's page</title>
<video data-testid="screen" autoplay muted playsinline></video>
<canvas width="640" height="360"></canvas>
<script type="module">
import { WHEPClient } from "/whep.js";
import { WHIPClient } from "/whip.js";
window.foreignClients = { WHEPClient, WHIPClient };
</script>`;

/** A site of somebody else, on a port of its own, with the `whip-whep` clients. */
export interface ForeignSite {
	readonly origin: string;
	close(): Promise<void>;
}

export async function serveForeignSite(): Promise<ForeignSite> {
	const server = createServer(async (request, response) => {
		const script = scripts[request.url ?? ""];
		response.setHeader("content-type", script ? "text/javascript" : "text/html");
		response.end(script ? await readFile(script) : PAGE);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
