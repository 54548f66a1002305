import { PROTOCOL_VERSION } from "../../../signaling/protocol/messages.ts";
import { DeviceView } from "../../components/device-view.tsx";
import { bootstrapScript } from "../../viewer/connection/bootstrap.ts";
import { PLACEHOLDER_ID } from "../../viewer/urls.ts";

/** The export holds one page for all devices. */
export function generateStaticParams() {
	return [{ deviceId: PLACEHOLDER_ID }];
}

/** The device page. Its bootstrap script connects while the rest is still loading. */
export default function DevicePage() {
	return (
		<>
			<script dangerouslySetInnerHTML={{ __html: bootstrapScript(PROTOCOL_VERSION) }} />
			<DeviceView />
		</>
	);
}
