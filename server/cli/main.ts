import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";

/** Commands are loaded when they are asked for, so that `doctor` works where the rest cannot. */
const commands: Record<string, () => Promise<(args: readonly string[]) => Promise<number>>> = {
	serve: async () => (await import("./serve.ts")).serveCommand,
	signaling: async () => (await import("./signaling.ts")).signalingCommand,
	host: async () => (await import("./host.ts")).hostCommand,
	"host-keys": async () => (await import("./host-keys.ts")).hostKeysCommand,
	edge: async () => (await import("./edge.ts")).edgeCommand,
	hxfr: async () => (await import("./hxfr.ts")).hxfrCommand,
	devices: async () => (await import("./devices.ts")).devicesCommand,
	share: async () => (await import("./share.ts")).shareCommand,
	grants: async () => (await import("./grants.ts")).grantsCommand,
	revoke: async () => (await import("./revoke.ts")).revokeCommand,
	input: async () => (await import("./input.ts")).inputCommand,
	stream: async () => (await import("./stream.ts")).streamCommand,
	doctor: async () => (await import("./doctor/doctor.ts")).doctorCommand,
};

const help = `porthole <command>

  serve      offer devices on a URL (the default)
  signaling  run the page and the pairing, for hosts that dial in
  host       offer this computer's devices on a signaling server
  host-keys  list, make and revoke the keys of hosts
  edge       serve viewers of another machine's devices
  hxfr       offer devices as H.264 to virtual machine tools
  devices    list the devices of the server that runs
  share      make a link that opens one device
  grants     list the links that are good now
  revoke     end a link, and whoever watches by it
  input      give a device gestures from standard input
  stream     write a device's screen to standard output
  doctor     check what Porthole needs on this machine

porthole <command> --help tells more.`;

async function main(args: readonly string[]): Promise<number> {
	const [first = "serve", ...rest] = args;
	if (first === "help" || first === "--help" || first === "-h") {
		console.log(help);
		return 0;
	}
	const bare = first.startsWith("-");
	const name = bare ? "serve" : first;
	const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (!command) throw new PortholeError("unknown-command", `There is no command ${first}.\n\n${help}`);
	return (await command())(bare ? args : rest);
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	const known = error instanceof PortholeError;
	console.error(known ? `porthole: ${error.message} (${error.code})` : error);
	if (!known) console.error(`porthole: ${messageOf(error)}`);
	process.exit(1);
}
