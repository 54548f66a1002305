import * as v from "valibot";
import { parseOperands } from "./arguments.ts";
import { RunningServer } from "./running-server.ts";

const help = `porthole revoke GRANT [--json] [--state FOLDER]

Ends a link at once, with everybody who watches by it, and the links that they made. porthole grants lists them.`;

/** `porthole revoke`: ends a grant of the running server. */
export async function revokeCommand(args: readonly string[]): Promise<number> {
	const { values, positionals } = parseOperands(
		"revoke",
		args,
		{ json: { type: "boolean" }, state: { type: "string" }, help: { type: "boolean", short: "h" } },
		["grant"],
	);
	if (values.help) {
		console.log(help);
		return 0;
	}
	const [id = ""] = positionals;
	const server = await RunningServer.find(values.state);
	await server.ask(v.undefined(), `/api/grants/${encodeURIComponent(id)}`, { method: "DELETE" });
	console.log(values.json ? JSON.stringify({ revoked: id }, undefined, "\t") : `Revoked ${id}.`);
	return 0;
}
