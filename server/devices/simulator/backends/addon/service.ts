import type { Addon, SimulatorAddon, SimulatorService } from "../../../../native/addon.ts";
import { withNativeErrors } from "../../../native-errors.ts";
import { simulatorError } from "../../errors.ts";
import { SHAKE, type SimulatorDirectory } from "../../simulator-directory.ts";
import type { Tools } from "../../tools/programs.ts";

/** The addon with what it has on macOS. */
export type MacAddon = SimulatorAddon & Pick<Addon, "encoders">;

/** CoreSimulator through the addon, for one device set. */
export interface OpenedService {
	readonly service: SimulatorService;
	readonly transport: "indigo" | "dtuhid";
	/** Such as `Xcode 26`. */
	readonly words: string;
	readonly directory: SimulatorDirectory;
}

/** The addon's part for simulators; undefined where it was built without. */
export function macAddon(addon: Pick<Addon, "encoders"> & Partial<SimulatorAddon>): MacAddon | undefined {
	return addon.SimulatorService && addon.SimulatorSource && addon.SimulatorInput
		? (addon as MacAddon)
		: undefined;
}

/** Opens CoreSimulator. Throws PortholeError with the addon's code, or as `findXcode`. */
export async function openService(
	addon: MacAddon,
	tools: Tools,
	deviceSet: string | undefined,
): Promise<OpenedService> {
	const xcode = await findXcode(tools);
	const listeners: (() => void)[] = [];
	const service = withNativeErrors(
		() =>
			new addon.SimulatorService({
				developerDir: xcode.developerDir,
				...(deviceSet === undefined ? {} : { deviceSet }),
				onChange: () => {
					for (const listener of listeners) listener();
				},
			}),
	);
	const ordered = (give: (done: (error?: { code: string; message: string }) => void) => void) =>
		new Promise<void>((resolve, reject) => {
			withNativeErrors(() =>
				give((error) => {
					if (!error) return resolve();
					const code = error.code === "wrong-state" ? "wrong-state" : "program-failed";
					reject(simulatorError(code, error.message, error));
				}),
			);
		});
	return {
		service,
		transport: inputTransport(xcode),
		words: xcode.major === undefined ? "Xcode of an unknown version" : `Xcode ${xcode.major}`,
		directory: {
			list: async () => withNativeErrors(() => service.list()),
			boot: (udid) => ordered((done) => service.boot(udid, done)),
			shutdown: (udid) => ordered((done) => service.shutdown(udid, done)),
			shake: async (udid) => withNativeErrors(() => service.notify(udid, SHAKE)),
			onChange: (listener) => void listeners.push(listener),
			close: () => service.close(),
		},
	};
}

/** The Xcode that is in use. */
interface Xcode {
	/** As `xcode-select -p` says. */
	readonly developerDir: string;
	/** Such as 26; absent: it could not be found out. */
	readonly major?: number;
}

/** Asks for the selected Xcode. Throws PortholeError `program-missing` or `program-failed`. */
export async function findXcode(tools: Tools): Promise<Xcode> {
	const selected = await tools.run("xcode-select", ["-p"]);
	const developerDir = selected.output.toString("utf8").trim();
	if (selected.code !== 0 || !developerDir.startsWith("/")) {
		const words =
			"There is no Xcode: xcode-select names none. Install Xcode, or choose it with xcode-select -s.";
		throw simulatorError("program-failed", words);
	}
	const version = await tools.run("xcodebuild", ["-version"]).catch(() => undefined);
	const [, major] = /^Xcode (\d+)/.exec(version?.output.toString("utf8") ?? "") ?? [];
	return { developerDir, ...(major === undefined ? {} : { major: Number(major) }) };
}

/** How input reaches simulators: from Xcode 27 on, what the older transport takes vanishes. */
export function inputTransport({ major }: Xcode): "indigo" | "dtuhid" {
	return major !== undefined && major >= 27 ? "dtuhid" : "indigo";
}
