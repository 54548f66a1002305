import { PortholeError } from "../../signaling/protocol/errors.ts";

/** A place where the addon may lie. */
export interface AddonPlace {
	/** `explicit`: PORTHOLE_ADDON. */
	readonly origin: "explicit" | "local build" | "prebuild";
	readonly path: string;
}

/** A place that was looked at in vain. */
export interface PassedPlace extends AddonPlace {
	readonly fault: "missing" | "other-machine" | "unloadable";
	/** Such as the system's words. */
	readonly detail: string;
	readonly cause?: unknown;
}

/** There is no addon that can be loaded: `addon-missing`, or `addon-unusable` when there is one in some place. */
export class AddonError extends PortholeError {
	/** Every place in the order in which they were tried. */
	readonly places: readonly PassedPlace[];
	/** The command that repairs it, or what to do where there is none. */
	readonly remedy: string;

	/** `isClone`: the addon's sources are there. */
	constructor(
		machine: { readonly platform: string; readonly arch: string },
		places: readonly PassedPlace[],
		isClone: boolean,
	) {
		const faulty = places.find(({ fault }) => fault !== "missing");
		const remedy = remedyFor(machine, places, isClone);
		const lines = places.map(({ origin, path, detail }) => `  ${origin} ${path}: ${detail}`);
		super(
			faulty ? "addon-unusable" : "addon-missing",
			`The native addon cannot be loaded.\n${lines.join("\n")}\n${remedy}`,
			faulty?.cause === undefined ? undefined : { cause: faulty.cause },
		);
		this.name = "AddonError";
		this.places = places;
		this.remedy = remedy;
	}
}

function remedyFor(
	{ platform, arch }: { readonly platform: string; readonly arch: string },
	places: readonly PassedPlace[],
	isClone: boolean,
): string {
	const explicit = places[0]?.origin === "explicit";
	if (explicit) return "Set PORTHOLE_ADDON to an addon of this machine, or unset it to have the usual one.";
	if (isClone) return "Build it with: npm run build:native (npm start and npm test do so by themselves).";
	const unloadable = places.some(({ fault }) => fault === "unloadable");
	if (unloadable)
		return "Install the library that is named, or reinstall porthole; porthole doctor tells more.";
	return `This package has no addon for ${platform} ${arch}. Run npm start in a clone of Porthole, which builds one.`;
}
