import { PortholeError } from "../../signaling/protocol/errors.ts";
import { didYouMean } from "../nearest-word.ts";
import { packageVersion } from "../package-root.ts";
import type { Command } from "./options.ts";

interface Entry {
	readonly summary: string;
	readonly load: () => Promise<Command>;
}

/** Every command. Each is loaded when it is asked for, so that `doctor` works where the rest cannot. */
export const commands: Readonly<Record<string, Entry>> = {
	serve: {
		summary: "offer devices on a URL (the default)",
		load: async () => (await import("./serve.ts")).serveCommand,
	},
	signaling: {
		summary: "run the page and the pairing, for hosts that dial in",
		load: async () => (await import("./signaling.ts")).signalingCommand,
	},
	host: {
		summary: "offer this computer's devices on a signaling server",
		load: async () => (await import("./host.ts")).hostCommand,
	},
	"host-keys": {
		summary: "list, make and revoke the keys of hosts",
		load: async () => (await import("./host-keys.ts")).hostKeysCommand,
	},
	edge: {
		summary: "serve viewers of another machine's devices",
		load: async () => (await import("./edge.ts")).edgeCommand,
	},
	hxfr: {
		summary: "offer devices as H.264 to virtual machine tools",
		load: async () => (await import("./hxfr.ts")).hxfrCommand,
	},
	devices: {
		summary: "list the devices of the server that runs",
		load: async () => (await import("./devices.ts")).devicesCommand,
	},
	share: {
		summary: "make a link that opens one device",
		load: async () => (await import("./share.ts")).shareCommand,
	},
	grants: {
		summary: "list the links that are good now",
		load: async () => (await import("./grants.ts")).grantsCommand,
	},
	revoke: {
		summary: "end a link, and whoever watches by it",
		load: async () => (await import("./revoke.ts")).revokeCommand,
	},
	input: {
		summary: "give a device gestures from standard input",
		load: async () => (await import("./input.ts")).inputCommand,
	},
	stream: {
		summary: "write a device's screen to standard output",
		load: async () => (await import("./stream.ts")).streamCommand,
	},
	doctor: {
		summary: "check what Porthole needs on this machine",
		load: async () => (await import("./doctor/doctor.ts")).doctorCommand,
	},
};

/** Runs what the arguments of `porthole` ask for; gives the exit code. Throws PortholeError as the command does. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
	const [first = "serve", ...rest] = args;
	if (first === "help" || first === "--help" || first === "-h") {
		console.log(overview());
		return 0;
	}
	if (first === "version" || first === "--version" || first === "-V") {
		console.log(`porthole ${packageVersion()}`);
		return 0;
	}
	const isBare = first.startsWith("-");
	const name = isBare ? "serve" : first;
	const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (!entry) {
		const hint = didYouMean(first, Object.keys(commands), (near) => `porthole ${near}`);
		throw new PortholeError("unknown-command", `There is no command ${first}.${hint}\n\n${overview()}`);
	}
	const command = await entry.load();
	return command(isBare ? args : rest);
}

function overview(): string {
	const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
	return [
		"porthole <command>",
		"",
		...lines,
		"",
		"porthole <command> --help tells more, porthole --version which one this is.",
	].join("\n");
}
