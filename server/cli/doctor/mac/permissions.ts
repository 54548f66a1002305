import type { Finding } from "../probe.ts";
import type { MacMachine } from "./machine.ts";

const FIREWALL = "/usr/libexec/ApplicationFirewall/socketfilterfw";

/** What macOS has to allow, and what it need not. */
export async function permissionsFindings(mac: MacMachine): Promise<Finding[]> {
	return [
		{
			name: "permissions",
			state: "good",
			detail:
				"simulators need neither screen recording nor accessibility: their screens are read as they are drawn",
		},
		userFinding(mac.user),
		await firewallFinding(mac),
	];
}

function userFinding(user: number | undefined): Finding {
	const name = "user";
	if (user !== 0) return { name, state: "good", detail: "simulators are those of the user that runs this" };
	return {
		name,
		state: "warning",
		detail: "this runs as root, whose simulators are others than yours",
		remedy: "Run porthole without sudo.",
	};
}

async function firewallFinding(mac: MacMachine): Promise<Finding> {
	const name = "firewall";
	const { code, text } = await mac.ask(FIREWALL, ["--getglobalstate"]);
	const [, state] = /State = (\d)/.exec(text) ?? [];
	if (code !== 0 || state === undefined)
		return { name, state: "good", detail: "its state is not told; pages of this Mac do not go through it" };
	if (state === "0") return { name, state: "good", detail: "off" };
	if (state === "1")
		return { name, state: "good", detail: "on; for other machines' pages allow node when macOS asks" };
	return {
		name,
		state: "warning",
		detail: "on, and it blocks everything that comes in: pages on other machines get no picture",
		remedy: "Allow incoming connections in System Settings under Network, Firewall, Options.",
	};
}
