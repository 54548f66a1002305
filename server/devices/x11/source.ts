import type { Addon, X11Source as NativeX11Source } from "../../native/addon.ts";
import { CapturedSource } from "../captured-source.ts";
import { chooseEncoder } from "../encoder-choice.ts";
import type { SourceOptions } from "../provider.ts";
import { withNativeErrors } from "./errors.ts";

export interface X11SourceParts {
	readonly addon: Pick<Addon, "encoders" | "X11Source">;
	/** X display, such as `:0`. */
	readonly display: string;
	readonly options: SourceOptions;
	/** The source is no longer open, for whatever reason. */
	readonly onClose: () => void;
}

/** The addon's capture of one display, as a source. */
export class X11Source extends CapturedSource<NativeX11Source> {
	/** Throws PortholeError with the addon's code, or `encoder-unavailable`. */
	constructor({ addon, display, options, onClose }: X11SourceParts) {
		const encoder = chooseEncoder(addon, options.encoder);
		super(options, onClose, (events) =>
			withNativeErrors(() => new addon.X11Source({ display, encoder, ...events })),
		);
	}
}
