import type { Addon, X11Source } from "../../native/addon.ts";
import { AddonSource } from "../addon-source.ts";
import { chooseEncoder } from "../encoder-choice.ts";
import type { SourceOptions } from "../provider.ts";

/**
 * Captures and encodes one X display, such as `:0`. `onClose` is called once the source is no longer open, for whatever
 * reason. Throws PortholeError with the addon's code, or `encoder-unavailable`.
 */
export function openX11Source(
	addon: Pick<Addon, "encoders" | "X11Source">,
	display: string,
	options: SourceOptions,
	onClose: () => void,
): AddonSource<X11Source> {
	const encoder = chooseEncoder(addon, options.encoder);
	return new AddonSource(options, onClose, (events) => new addon.X11Source({ display, encoder, ...events }));
}
