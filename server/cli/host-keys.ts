import { parseArgs } from "node:util";
import * as v from "valibot";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { RunningServer } from "./running-server.ts";

const listSchema = v.object({
	hostKeys: v.array(
		v.object({
			id: v.string(),
			label: v.string(),
			created: v.number(),
			online: v.boolean(),
			host: v.optional(v.object({ name: v.string(), prefix: v.string() })),
		}),
	),
});
const issuedSchema = v.object({ id: v.string(), key: v.string() });

const help = `porthole host-keys [--json] [--state FOLDER]
porthole host-keys add [LABEL] [--json] [--state FOLDER]
porthole host-keys revoke ID [--json] [--state FOLDER]

Lists, makes and revokes the keys with which hosts dial in to the server that runs on this machine. A key is shown
once, when it is made, and belongs to the first host that uses it.`;

/** `porthole host-keys`: the keys for hosts of the running server. */
export async function hostKeysCommand(args: readonly string[]): Promise<number> {
	const { values, positionals } = parse(args);
	if (values.help) {
		console.log(help);
		return 0;
	}
	const [action = "list", subject, ...more] = positionals;
	if (more.length > 0) throw badUse(`${more.join(" ")} is too much.`);
	const server = () => RunningServer.find(values.state);
	switch (action) {
		case "list":
			return list(await server(), values.json);
		case "add":
			return add(await server(), subject ?? "", values.json);
		case "revoke":
			if (!subject || !/^[a-f0-9]{8}$/.test(subject))
				throw badUse("Say which, by its id from porthole host-keys.");
			return revoke(await server(), subject, values.json);
		default:
			throw badUse(`There is no ${action}.`);
	}
}

async function list(server: RunningServer, json = false): Promise<number> {
	const answer = await server.ask(listSchema, "/api/host-keys");
	if (json) console.log(JSON.stringify(answer, undefined, "\t"));
	else {
		for (const { id, label, online, host } of answer.hostKeys) {
			const use = host ? `${online ? "online " : "offline"} ${host.prefix}* (${host.name})` : "not used yet";
			console.log(`${id}  ${label.padEnd(16)} ${use}`);
		}
	}
	return 0;
}

async function add(server: RunningServer, label: string, json = false): Promise<number> {
	const issued = await server.ask(issuedSchema, "/api/host-keys", { method: "POST", body: { label } });
	if (json) console.log(JSON.stringify(issued, undefined, "\t"));
	else console.log(issued.key);
	return 0;
}

async function revoke(server: RunningServer, id: string, json = false): Promise<number> {
	await server.ask(v.undefined(), `/api/host-keys/${id}`, { method: "DELETE" });
	console.log(json ? JSON.stringify({ revoked: id }, undefined, "\t") : `Revoked ${id}.`);
	return 0;
}

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			allowPositionals: true,
			options: {
				json: { type: "boolean" },
				state: { type: "string" },
				help: { type: "boolean", short: "h" },
			},
		});
	} catch (cause) {
		throw badUse(messageOf(cause));
	}
}

function badUse(why: string): PortholeError {
	return new PortholeError("bad-option", `${why} See porthole host-keys --help.`);
}
