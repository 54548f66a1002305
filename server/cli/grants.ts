import { type GrantInfo, grantListSchema } from "../../signaling/protocol/grant.ts";
import { localTime } from "./local-time.ts";
import { defineCommand } from "./options.ts";
import { printJson, RunningServer, runningServerOptions } from "./running-server.ts";

const spec = {
	name: "grants",
	about: "Lists the links that are good now on the server that runs on this machine, and who came by them.",
	options: runningServerOptions,
};

/** `porthole grants`: the live grants of the running server. */
export const grantsCommand = defineCommand(spec, async ({ options }) => {
	const server = await RunningServer.find(options.stateFolder);
	const answer = await server.ask(grantListSchema, "/api/grants");
	if (options.json) return printJson(answer);
	for (const grant of answer.grants) print(grant);
	if (answer.grants.length === 0) console.log("No links are good now. Make one with porthole share DEVICE.");
	return 0;
});

function print({ id, deviceId, role, label, expires, pin, uses, used, state, visits }: GrantInfo): void {
	const facts = [
		`until ${localTime(expires)}`,
		`used ${used}${uses === undefined ? "" : ` of ${uses}`}`,
		...(pin ? ["PIN"] : []),
		...(state === "open" ? [] : [state]),
	];
	console.log(`${id}  ${deviceId.padEnd(16)} ${role.padEnd(8)} ${facts.join(", ")}  ${label}`.trimEnd());
	for (const { at, name = "somebody", address = "an unknown address" } of visits) {
		console.log(`  ${localTime(at)}  ${name} from ${address}`);
	}
}
