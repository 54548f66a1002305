import * as v from "valibot";
import { defineCommand } from "./options.ts";
import { printJson, RunningServer, runningServerOptions } from "./running-server.ts";

const spec = {
	name: "revoke",
	about:
		"Ends a link at once, with everybody who watches by it, and the links that they made. porthole grants lists them.",
	operands: ["GRANT"],
	options: runningServerOptions,
};

/** `porthole revoke`: ends a grant of the running server. */
export const revokeCommand = defineCommand(spec, async ({ options, operands: [id = ""] }) => {
	const server = await RunningServer.find(options.stateFolder);
	await server.ask(v.undefined(), `/api/grants/${encodeURIComponent(id)}`, { method: "DELETE" });
	if (options.json) return printJson({ revoked: id });
	console.log(`Revoked ${id}.`);
	return 0;
});
