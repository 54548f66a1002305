import { type Outcome, RunningCommand } from "./command-line.ts";
import type { Address } from "./product.ts";

const MAIN = "server/cli/main.ts";

/** A part of Porthole that runs in a process of its own. */
export interface Part {
	/** Ends it as if the power went, and waits until it has gone. */
	kill(): Promise<void>;
	/** Ends it in order, unless it has ended; tells how. */
	close(): Promise<Outcome>;
	readonly outcome: Promise<Outcome>;
	/** Whether it still runs. */
	running(): boolean;
}

/** `porthole signaling` as users start it. */
export interface SignalingPart extends Part, Address {
	readonly port: number;
	/** The key for a first host, when it was told. */
	readonly hostKey: string | undefined;
}

/** `porthole host` as users start it. */
export interface HostPart extends Part {
	/** Waits until signaling let it in; gives the ids of its devices as everybody sees them. */
	joined(): Promise<readonly string[]>;
}

/** Starts signaling, with further arguments if there are any, and waits until a browser can open it. */
export async function startSignalingPart(
	state: string,
	port = 0,
	more: readonly string[] = [],
): Promise<SignalingPart> {
	const args = ["signaling", "--port", String(port), "--state", state, ...more];
	const command = new RunningCommand(MAIN, args);
	const [text, origin = "", ownerToken = ""] = await command.says(/[\s\S]*^Open (\S+?)\/#token=(\S+)$/m);
	const hostKey = /--key (\S+)$/m.exec(text)?.[1];
	return { ...partOf(command), origin, ownerToken, hostKey, port: Number(new URL(origin).port) };
}

export interface HostPartOptions {
	readonly signaling: string;
	readonly key: string;
	readonly name: string;
	readonly state: string;
	readonly devices: readonly string[];
	/** Further arguments of `host`. */
	readonly arguments?: readonly string[];
	/** Further environment variables. */
	readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a host, which need not be let in. */
export function startHostPart(options: HostPartOptions): HostPart {
	const { signaling, key, name, state, devices } = options;
	const specs = devices.flatMap((spec) => ["--device", spec]);
	const args = ["host", "--signaling", signaling, "--name", name, "--state", state, ...specs];
	args.push(...(options.arguments ?? []));
	const command = new RunningCommand(MAIN, args, { PORTHOLE_KEY: key, ...options.environment });
	return {
		...partOf(command),
		async joined() {
			const [, ids = ""] = await command.says(/^Devices: (.*)$/m);
			return ids.split(", ");
		},
	};
}

function partOf({ child, outcome }: RunningCommand): Part {
	return {
		outcome,
		running: () => child.exitCode === null && child.signalCode === null,
		async kill() {
			child.kill("SIGKILL");
			await outcome;
		},
		close() {
			child.kill("SIGTERM");
			return outcome;
		},
	};
}
