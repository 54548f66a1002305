import { forEachNal, NAL_SPS, nalType } from "../h264/annexb.ts";
import { parseSequenceParameters, type SequenceParameters } from "../h264/parameter-sets.ts";
import type { ColourMatrix } from "../native/addon.ts";

const BT709 = 1;
const BT601 = [5, 6];
/** From here on a stream that says nothing is taken for BT.709, as browsers do. */
const HD_HEIGHT = 720;

/** How the colours of a keyframe in Annex B, and of what follows it, are to be read. */
export function colourMatrixOf(keyframe: Uint8Array): ColourMatrix {
	let parameters: SequenceParameters | undefined;
	forEachNal(keyframe, (nal) => {
		if (nalType(nal) === NAL_SPS) parameters ??= parseSequenceParameters(nal);
	});
	const { matrix = 2, fullRange = false } = parameters?.colour ?? {};
	const hd = (parameters?.height ?? 0) >= HD_HEIGHT;
	const name = matrix === BT709 || (hd && !BT601.includes(matrix)) ? "bt709" : "bt601";
	return fullRange ? `${name}-full` : name;
}
