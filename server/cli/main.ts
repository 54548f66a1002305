import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";

/** Commands are loaded when they are asked for, so that `doctor` works where the rest cannot. */
const commands: Record<string, () => Promise<(args: readonly string[]) => Promise<number>>> = {
	serve: async () => (await import("./serve.ts")).serveCommand,
	devices: async () => (await import("./devices.ts")).devicesCommand,
	doctor: async () => (await import("./doctor/doctor.ts")).doctorCommand,
};

const help = `porthole <command>

  serve      offer devices on a URL (the default)
  devices    list the devices of the server that runs
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
