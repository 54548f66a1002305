import { useMemo } from "react";
import { qrPath } from "../viewer/qr-path.ts";

/** A text as a QR code, dark on light whatever the theme, since many readers want that. */
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
