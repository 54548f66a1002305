import type { Finding } from "../probe.ts";
import type { MacMachine } from "./machine.ts";
import type { Booted } from "./simulators.ts";
import type { Tools } from "./xcode.ts";

/** First Xcode in whose simulators the daemon `dtuhidd` has taken over input; what older tools send is lost there. */
const FIRST_WITH_DAEMON = 27;
/** A simulator's own notification: 1 while its daemon has input. It is not told to programs of the Mac. */
const STATE = "com.apple.coredevice.dtuhidd.active";
/** Booted simulators that are asked; each takes up to some seconds. */
const MOST_ASKED = 4;

/** How input goes to simulators of this Xcode, and who has it in each that runs. */
export async function inputFindings(
	mac: MacMachine,
	{ version }: Pick<Tools, "version">,
	booted: readonly Booted[],
): Promise<Finding[]> {
	const transport = transportOf(version);
	const states = await Promise.all(
		booted.slice(0, MOST_ASKED).map((one) => stateFinding(mac, one, transport)),
	);
	return [transportFinding(transport, version), ...states];
}

/** `dtuhid` from Xcode 27 on, `indigo` before; undefined where the version is not known. */
export function transportOf(version: string | undefined): "indigo" | "dtuhid" | undefined {
	if (version === undefined) return undefined;
	return Number.parseInt(version, 10) >= FIRST_WITH_DAEMON ? "dtuhid" : "indigo";
}

function transportFinding(transport: ReturnType<typeof transportOf>, version: string | undefined): Finding {
	const name = "input transport";
	if (transport) return { name, state: "good", detail: `${transport}, as this is Xcode ${version}` };
	const detail = "the version of Xcode is not known, and with it not the transport";
	return { name, state: "warning", detail, remedy: "See Xcode above." };
}

async function stateFinding(
	mac: MacMachine,
	{ udid, words }: Booted,
	transport: ReturnType<typeof transportOf>,
): Promise<Finding> {
	const name = `input of ${words}`;
	const { code, text } = await mac.ask("xcrun", ["simctl", "spawn", udid, "notifyutil", "-g", STATE]);
	const [, state] = /\.active (\d+)\s*$/.exec(text) ?? [];
	if (code !== 0 || state === undefined) {
		const remedy = "Restart the simulator if it takes no input.";
		return { name, state: "warning", detail: `${STATE} cannot be read`, remedy };
	}
	const daemon = state !== "0";
	const detail = `${STATE} is ${state}, ${daemon ? "the daemon dtuhidd has input" : "older services have input"}`;
	if (!daemon || transport !== "indigo") return { name, state: "good", detail };
	const remedy = `Input of this Xcode goes to the older services. Restart the simulator, and let nothing of a newer Xcode attach to it.`;
	return { name, state: "warning", detail, remedy };
}
