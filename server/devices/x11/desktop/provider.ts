import { allowedClipboard, badDeviceSpec, type DeviceIdentity, identify } from "../../device-spec.ts";
import type { Device, DeviceClipboard, DeviceEnd, DeviceProvider, DeviceSpec } from "../../provider.ts";
import { type X11Deps, X11Device } from "../device.ts";
import { isReachable } from "../provider.ts";
import { findConfinement, unconfined } from "./confinement.ts";
import type { Environment } from "./program.ts";
import { findDesktopTools, programOf, requireProgram, startDesktopSession } from "./session.ts";
import { VirtualDisplay } from "./virtual-display.ts";

interface DesktopProviderDeps extends X11Deps {
	/** Where programs are found and what they inherit; the process's own environment by default. */
	readonly environment?: Environment;
	/** The folder of secrets, which programs on a desktop must not read. */
	readonly stateFolder?: string;
}

const DEFAULT_SIZE = { width: 1280, height: 720 };
const SMALLEST = { width: 320, height: 200 };
const LARGEST = { width: 7680, height: 4320 };

/**
 * The provider of `desktop:[WxH]`: a virtual X display of our own with a window manager and a terminal, or with one
 * program that fills it; when that ends, so does the device. By default ids are `desktop`, `desktop-2` and so on, in the
 * order of opening.
 */
export function createDesktopProvider(deps: DesktopProviderDeps): DeviceProvider {
	const { addon, clock, environment = process.env, stateFolder } = deps;
	const numbers = new Set<number>();
	return {
		scheme: "desktop",
		usage: "desktop:[WIDTHxHEIGHT]",
		shows: "a Linux desktop of its own with a terminal, or one program",
		options: {
			exec: "a program, or another shell command, that fills the screen; the device is named after it and ends with it",
			as: "owner: what runs there can read what you can, as nothing else of a desktop does",
		},
		/** One, where there is no display to show already. */
		async find() {
			const display = environment.DISPLAY;
			const isNeeded = process.platform === "linux" && !(display && isReachable(addon, display));
			return isNeeded ? ["desktop:"] : [];
		},
		/** Throws PortholeError `bad-device-spec`, `program-missing`, `program-failed` or with the addon's code. */
		async open(spec) {
			const size = sizeOf(spec);
			const number = lowestFree(numbers);
			const wishes = wishesOf(spec);
			const identity = identify(spec, defaultIdentity(number, wishes.command));
			const allowed = (clipboard: DeviceClipboard) => allowedClipboard(spec, clipboard);
			numbers.add(number);
			try {
				return await openDesktop(
					{ addon, clock, environment, stateFolder, number, identity, size, allowed, ...wishes },
					() => numbers.delete(number),
				);
			} catch (error) {
				numbers.delete(number);
				throw error;
			}
		},
	};
}

interface DesktopOptions extends X11Deps {
	readonly environment: Environment;
	readonly stateFolder: string | undefined;
	readonly number: number;
	readonly identity: DeviceIdentity;
	readonly size: { readonly width: number; readonly height: number };
	readonly command: string | undefined;
	readonly asOwner: boolean;
	readonly allowed: (clipboard: DeviceClipboard) => DeviceClipboard | undefined;
}

async function openDesktop(options: DesktopOptions, released: () => void): Promise<Device> {
	const { addon, clock, environment, stateFolder, number, identity, size, command, asOwner } = options;
	const tools = await findDesktopTools(environment, command === undefined);
	const confinement = asOwner ? unconfined() : await findConfinement(number, stateFolder, environment);
	const { user, reach } = confinement;
	let display: VirtualDisplay;
	try {
		if (command !== undefined) await requireProgram(command, environment, confinement);
		display = await VirtualDisplay.start({ ...size, clock, environment, user });
	} catch (error) {
		await confinement.close();
		throw error;
	}
	let endPrograms = async () => {};
	const release = async () => {
		await endPrograms();
		await display.close();
		await confinement.close();
		released();
	};
	let device: X11Device;
	try {
		device = new X11Device({
			addon,
			clock,
			identity,
			kind: "desktop",
			reach,
			display: display.display,
			allowed: options.allowed,
			release,
		});
	} catch (error) {
		await release();
		throw error;
	}
	const onEnd = (end: DeviceEnd) => device.end(end);
	try {
		endPrograms = await startDesktopSession({
			...size,
			tools,
			display: display.display,
			command,
			clock,
			environment,
			confinement,
			onEnd,
		});
	} catch (error) {
		await device.close();
		throw error;
	}
	return device;
}

function sizeOf(spec: DeviceSpec): { width: number; height: number } {
	if (spec.target === "") return DEFAULT_SIZE;
	const match = /^(\d{1,5})x(\d{1,5})$/.exec(spec.target);
	if (!match) throw badDeviceSpec(spec, "its size is written like 1280x720");
	const size = { width: Number(match[1]), height: Number(match[2]) };
	const fits =
		size.width >= SMALLEST.width &&
		size.height >= SMALLEST.height &&
		size.width <= LARGEST.width &&
		size.height <= LARGEST.height;
	if (fits) return size;
	throw badDeviceSpec(
		spec,
		`its size must be from ${SMALLEST.width}x${SMALLEST.height} to ${LARGEST.width}x${LARGEST.height}`,
	);
}

function wishesOf(spec: DeviceSpec): Pick<DesktopOptions, "command" | "asOwner"> {
	const command = spec.options.get("exec") ?? undefined;
	if (command?.trim() === "") throw badDeviceSpec(spec, "exec= names no program");
	const as = spec.options.get("as");
	if (as !== null && as !== "owner") throw badDeviceSpec(spec, "as= is owner, or left out");
	return { command, asOwner: as === "owner" };
}

/** A desktop that shows one program has its name. */
function defaultIdentity(number: number, command: string | undefined): DeviceIdentity {
	const program = command === undefined ? undefined : programOf(command)?.split("/").at(-1)?.slice(0, 80);
	const id = number === 1 ? "desktop" : `desktop-${number}`;
	return { id, name: program || (number === 1 ? "Desktop" : `Desktop ${number}`) };
}

function lowestFree(taken: ReadonlySet<number>): number {
	let number = 1;
	while (taken.has(number)) number++;
	return number;
}
