import * as v from "valibot";
import { deviceSchema } from "../../signaling/protocol/device.ts";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { defaultStateFolder, loadKeys } from "../../signaling/store/key-file.ts";
import { readServing } from "../serving-file.ts";
import { parseArguments } from "./arguments.ts";

const answerSchema = v.object({ devices: v.array(deviceSchema) });

const help = `porthole devices [--json] [--state FOLDER]

Lists the devices of the server that runs on this machine.`;

/** `porthole devices`: the devices of the running server, as a table or as JSON. */
export async function devicesCommand(args: readonly string[]): Promise<number> {
	const values = parseArguments("devices", args, {
		json: { type: "boolean" },
		state: { type: "string" },
		help: { type: "boolean", short: "h" },
	});
	if (values.help) {
		console.log(help);
		return 0;
	}
	const { url, devices } = await ask(values.state || process.env.PORTHOLE_STATE || defaultStateFolder());
	if (values.json) {
		console.log(JSON.stringify({ devices }, undefined, "\t"));
		return 0;
	}
	for (const { id, kind, state, pixels, name } of devices) {
		const size = `${pixels.width}×${pixels.height}`;
		console.log(`${id.padEnd(16)} ${kind.padEnd(10)} ${state.padEnd(9)} ${size.padEnd(10)} ${name}`);
		console.log(`  ${url}/devices/${id}`);
	}
	return 0;
}

async function ask(stateFolder: string) {
	const serving = await readServing(stateFolder);
	if (!serving) throw notRunning(`no server has left its address in ${stateFolder}`);
	const { ownerToken } = await loadKeys(stateFolder);
	try {
		const response = await fetch(`${serving.url}/api/devices`, {
			headers: { authorization: `Bearer ${ownerToken}` },
			signal: AbortSignal.timeout(5_000),
		});
		const answer = await response.json();
		if (!response.ok) throw new Error(`it answers ${response.status}`);
		return { url: serving.url, devices: v.parse(answerSchema, answer).devices };
	} catch (cause) {
		throw notRunning(`no list came from ${serving.url}: ${messageOf(cause)}`, cause);
	}
}

function notRunning(why: string, cause?: unknown): PortholeError {
	return new PortholeError("not-running", `Could not list devices: ${why}. Start one with npm start.`, {
		cause,
	});
}
