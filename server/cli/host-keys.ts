import * as v from "valibot";
import { hostKeyListSchema, hostKeyMadeSchema } from "../../signaling/http/host-keys.ts";
import { badOption, defineCommand } from "./options.ts";
import { printJson, RunningServer, runningServerOptions } from "./running-server.ts";

const spec = {
	name: "host-keys",
	usage: [
		"porthole host-keys [--json] [--state FOLDER]",
		"porthole host-keys add [LABEL] [--json] [--state FOLDER]",
		"porthole host-keys revoke ID [--json] [--state FOLDER]",
	],
	about: `Lists, makes and revokes the keys with which hosts dial in to the server that runs on this machine. A key is shown
once, when it is made, and belongs to the first host that uses it.`,
	operands: ["[ACTION]", "[SUBJECT]"],
	options: runningServerOptions,
};

/** `porthole host-keys`: the keys for hosts of the running server. */
export const hostKeysCommand = defineCommand(
	spec,
	async ({ options, operands: [action = "list", subject] }) => {
		const server = () => RunningServer.find(options.stateFolder);
		switch (action) {
			case "list":
				return list(await server(), options.json);
			case "add":
				return add(await server(), subject ?? "", options.json);
			case "revoke":
				if (!subject || !/^[a-f0-9]{8}$/.test(subject))
					throw badOption(spec.name, "Say which, by its id from porthole host-keys.");
				return revoke(await server(), subject, options.json);
			default:
				throw badOption(spec.name, `There is no ${action}; there are list, add and revoke.`);
		}
	},
);

async function list(server: RunningServer, json: boolean): Promise<number> {
	const answer = await server.ask(hostKeyListSchema, "/api/host-keys");
	if (json) return printJson(answer);
	for (const { id, label, online, host } of answer.hostKeys) {
		const use = host ? `${online ? "online " : "offline"} ${host.prefix}* (${host.name})` : "not used yet";
		console.log(`${id}  ${label.padEnd(16)} ${use}`);
	}
	if (answer.hostKeys.length === 0)
		console.log("There are no keys of hosts. Make one with porthole host-keys add NAME.");
	return 0;
}

async function add(server: RunningServer, label: string, json: boolean): Promise<number> {
	const issued = await server.ask(hostKeyMadeSchema, "/api/host-keys", { method: "POST", body: { label } });
	if (json) return printJson(issued);
	console.log(issued.key);
	return 0;
}

async function revoke(server: RunningServer, id: string, json: boolean): Promise<number> {
	await server.ask(v.undefined(), `/api/host-keys/${id}`, { method: "DELETE" });
	if (json) return printJson({ revoked: id });
	console.log(`Revoked ${id}.`);
	return 0;
}
