import qrcode from "qrcode-generator";
import { useMemo } from "react";

/** A QR code, dark on light in every theme, since many readers need that. */
export function QrCode({ text }: { text: string }) {
	const { path, size } = useMemo(() => qrPath(text), [text]);
	return (
		<svg
			role="img"
			aria-label="QR code of the link"
			data-testid="qr"
			viewBox={`0 0 ${size} ${size}`}
			shapeRendering="crispEdges"
			className="size-44 shrink-0 rounded-box bg-paper max-[24rem]:size-36"
		>
			<path d={path} fill="#000" />
		</svg>
	);
}

/** Light modules around the code. ISO/IEC 18004 section 6.3.8. */
const QUIET = 4;

/**
 * A text as a QR code: an SVG path of its dark modules, one unit each, and the side of the square it stands in. The
 * error correction level is L, which keeps the modules large enough for a phone to read them off a screen.
 */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
	const code = qrcode(0, "L");
	code.addData(text, "Byte");
	code.make();
	const count = code.getModuleCount();
	const runs: string[] = [];
	for (let row = 0; row < count; row++) {
		for (let from = 0; from < count; from++) {
			if (!code.isDark(row, from)) continue;
			let to = from;
			while (to < count && code.isDark(row, to)) to++;
			runs.push(`M${from + QUIET} ${row + QUIET}h${to - from}v1h${from - to}z`);
			from = to;
		}
	}
	return { path: runs.join(""), size: count + 2 * QUIET };
}
