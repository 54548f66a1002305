import { PROTOCOL_VERSION } from "../../../signaling/protocol/messages.ts";
import { DeviceView } from "../../components/device-view.tsx";
import { earlyScript } from "../../viewer/early.ts";
import { PLACEHOLDER_ID } from "../../viewer/place.ts";

/** The export holds one page for all devices. */
export function generateStaticParams() {
	return [{ deviceId: PLACEHOLDER_ID }];
}

/** The device page. Its first script connects while the rest is still loading. */
export default function DevicePage() {
	return (
		<>
			<script dangerouslySetInnerHTML={{ __html: earlyScript(PROTOCOL_VERSION) }} />
			<DeviceView />
		</>
	);
}
